//! Provenance from the attestations that indexes list, for the images it is
//! about.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use forebear_facts::rows::{Key, ManifestRow, kind};
use forebear_image::attestation::MAX_ATTESTATIONS;

use crate::look_up::find_key;

use super::column::Column;
use super::texts::Texts;

/// What indexes claim and what attestations say. Either may be read first, so
/// they are joined when all is.
#[derive(Debug, Default)]
pub(super) struct Attested {
    /// Subject and attestation, as indexes say.
    claims: BTreeSet<(Key, Key)>,
    /// Subject and attestation, as the attestation says.
    stated: BTreeSet<(Key, Key)>,
    /// Materials of an attestation, texts by place.
    materials: BTreeMap<Key, Vec<u32>>,
}

impl Attested {
    /// Takes in a manifest.
    pub(super) fn read(&mut self, key: &Key, row: &ManifestRow<'_>, texts: &Texts) {
        let pairs = row.claims.iter().map(|claim| (claim.subject, claim.attestation));
        if row.head.kind.get() != kind::ATTESTATION {
            self.claims.extend(pairs);
        } else if !row.materials.is_empty() {
            self.stated.extend(pairs);
            let materials = row.materials.iter().map(|text| texts.place(text.get()));
            self.materials.insert(*key, materials.collect());
        }
    }

    /// The materials of each image manifest that was read: of attestations that
    /// an index lists as about it and that say so themselves. One alone is not
    /// enough: anybody can state something of anybody's image. In an order that
    /// does not depend on that of the facts.
    pub(super) fn materials(self, read: &Column<Key>) -> BTreeMap<u32, Vec<u32>> {
        let mut of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let joined: Vec<&(Key, Key)> = self.claims.intersection(&self.stated).collect();
        for about_one in joined.chunk_by(|a, b| a.0 == b.0) {
            let Some(manifest) = about_one.first().and_then(|(subject, _)| find_key(read, subject, |key| *key)) else {
                continue;
            };
            // Any number of indexes may list any number of them.
            let counted = about_one.iter().take(MAX_ATTESTATIONS);
            let stated = counted.filter_map(|(_, attestation)| self.materials.get(attestation)).flatten();
            let mut seen = HashSet::new();
            of.insert(manifest, stated.copied().filter(|text| seen.insert(*text)).collect());
        }
        of
    }
}
