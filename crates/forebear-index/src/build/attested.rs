//! Provenance from the attestations that indexes list, for the images it is
//! about.

use std::collections::{BTreeMap, BTreeSet};

use forebear_image::declared::Declared;
use forebear_image::{ChildManifest, ManifestDigest, attestation};

/// What indexes claim and what attestations say. Either may be read first, so
/// they are joined when all is.
#[derive(Debug, Default)]
pub(super) struct Attested {
    /// Attestation and subject.
    claims: BTreeSet<(ManifestDigest, ManifestDigest)>,
    said: BTreeMap<ManifestDigest, (Vec<ManifestDigest>, Vec<Declared>)>,
}

impl Attested {
    /// Takes in the entries of an index.
    pub(super) fn listed(&mut self, children: &[ChildManifest]) {
        let claims = attestation::claims(children);
        self.claims.extend(claims.iter().map(|claim| (claim.attestation, claim.subject)));
    }

    /// Takes in an attestation.
    pub(super) fn read(&mut self, digest: ManifestDigest, subjects: &[ManifestDigest], materials: &[Declared]) {
        if !materials.is_empty() {
            self.said.insert(digest, (subjects.to_vec(), materials.to_vec()));
        }
    }

    /// The materials of each image manifest: of attestations that an index
    /// lists as about it and that say so themselves. One alone is not enough:
    /// anybody can state something of anybody's image. Each material once, in
    /// an order that does not depend on that of the facts.
    pub(super) fn materials(self) -> BTreeMap<ManifestDigest, Vec<Declared>> {
        let mut of: BTreeMap<ManifestDigest, Vec<Declared>> = BTreeMap::new();
        for (attestation, subject) in self.claims {
            let Some((subjects, materials)) = self.said.get(&attestation) else { continue };
            if subjects.contains(&subject) {
                let known = of.entry(subject).or_default();
                let new: Vec<Declared> = materials.iter().filter(|one| !known.contains(one)).cloned().collect();
                known.extend(new);
            }
        }
        of
    }
}
