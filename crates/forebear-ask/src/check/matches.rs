//! Which entries of the approved bases mean an image of the index.

use std::collections::BTreeMap;

use forebear_index::names::Name;
use forebear_index::{ImageId, ManifestId, View};

use super::approved::{Approved, Entry};

/// An image of the index that may be the approved base, and how many of the
/// judged image's layers it brought.
pub(super) struct Candidate {
    pub(super) id: ImageId,
    pub(super) layers: usize,
}

/// Why an image of the index is approved.
pub(super) struct Match<'a> {
    pub(super) entry: &'a Entry,
    /// The name that the entry means.
    pub(super) name: Option<Name>,
    /// Manifests that the entry means: by digest, or as what a name that it means
    /// led to at any time that was observed, so that a copy of a base counts that
    /// was pushed again. Anybody can push another one with the same config and
    /// other blobs, so those of the image at large are not it.
    pub(super) manifests: Vec<ManifestId>,
}

/// Entries that mean an image; of several names of one entry the most current.
pub(super) fn matches<'a>(index: &View, approved: &'a Approved, id: ImageId) -> Vec<Match<'a>> {
    let names = index.names_of(id);
    let behind = |name: &Name| {
        let now = index.tag_now(name, id);
        (now.gone, now.builds_behind)
    };
    let mut meant: BTreeMap<usize, Meant<'_>> = BTreeMap::new();
    if let Some(own) = index.image(id).map(|image| image.identity()) {
        approved.of_digest(&own.digest()).iter().for_each(|at| meant.entry(*at).or_default().by_digest = true);
    }
    for name in &names {
        for at in approved.of_reference(&name.reference) {
            meant.entry(at).or_default().names.push(name);
        }
    }
    for manifest in index.manifests_of(id) {
        let above = index.indexes_of(manifest);
        let digests = std::iter::once(manifest).chain(above).filter_map(|id| index.manifest_digest(id));
        let by_digest = digests.flat_map(|digest| approved.of_digest(&digest.0));
        for at in by_digest {
            let meant = meant.entry(*at).or_default();
            meant.by_digest = true;
            meant.add(manifest);
        }
        for name in index.names_of_manifest(manifest) {
            for at in approved.of_reference(&name.reference) {
                meant.entry(at).or_default().add(manifest);
            }
        }
    }
    let matched = meant.into_iter().filter_map(|(at, Meant { by_digest, names, manifests })| {
        let entry = approved.entries.get(at)?;
        let best = names.into_iter().min_by_key(|name| behind(name)).cloned();
        (by_digest || best.is_some()).then_some(Match { entry, name: best, manifests })
    });
    matched.collect()
}

/// What one entry means of an image.
#[derive(Default)]
struct Meant<'a> {
    /// By the digest of a manifest, of an index that lists it, or of the config.
    by_digest: bool,
    names: Vec<&'a Name>,
    manifests: Vec<ManifestId>,
}

impl Meant<'_> {
    fn add(&mut self, manifest: ManifestId) {
        if self.manifests.last() != Some(&manifest) {
            self.manifests.push(manifest);
        }
    }
}
