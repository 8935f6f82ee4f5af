//! Which entries of the approved bases mean an image of the index.

use std::collections::{BTreeMap, BTreeSet};

use forebear_image::declared::Declared;
use forebear_index::names::{Name, shown};
use forebear_index::{ImageId, ManifestId, TagId, View};

use crate::answers::FreshnessAnswer;
use crate::located::Located;

use super::approved::{Approved, Entry};

/// An image of the index that may be the approved base, and how many of the
/// judged image's layers it brought.
pub(super) struct Candidate<'a> {
    pub(super) id: ImageId,
    pub(super) layers: usize,
    /// What stands on it; `None` of the judged image itself.
    pub(super) child: Option<&'a Located>,
}

/// Why an image of the index is approved.
pub(super) struct Match<'a> {
    pub(super) entry: &'a Entry,
    /// The name that is shown, of those that the entry means.
    pub(super) reference: String,
    /// Whether that name leads to another build now.
    pub(super) moved: bool,
    /// How current it is, by the names that the entry means.
    pub(super) freshness: FreshnessAnswer,
    /// Manifests that the entry means: by digest, or as what a name that it means
    /// led to at any time that was observed, so that a copy of a base counts that
    /// was pushed again. Anybody can push another one with the same config and
    /// other blobs, so those of the image at large are not it.
    pub(super) manifests: Vec<ManifestId>,
}

/// Entries that mean an image.
pub(super) fn matches<'a>(index: &View, approved: &'a Approved, candidate: &Candidate<'_>) -> Vec<Match<'a>> {
    let id = candidate.id;
    let names = index.names_of(id);
    let mut meant: BTreeMap<usize, Meant> = BTreeMap::new();
    if let Some(own) = index.image(id).map(|image| image.identity()) {
        approved.of_digest(&own.digest()).iter().for_each(|at| meant.entry(*at).or_default().by_digest = true);
    }
    for name in &names {
        for at in approved.of_reference(&name.reference) {
            _ = meant.entry(at).or_default().tags.insert(name.tag);
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
    let declared: &[Declared] = candidate.child.map_or(&[], |child| &child.image.declared);
    let matched = meant.into_iter().filter_map(|(at, meant)| {
        let entry = approved.entries.get(at)?;
        if !meant.by_digest && meant.tags.is_empty() {
            return None;
        }
        // A digest means one build for ever: it has no age.
        let admits = |name: &Name| meant.tags.contains(&name.tag);
        let freshness = FreshnessAnswer::of(index, id, &names, declared, admits);
        let admitted: Vec<Name> = names.iter().filter(|name| admits(name)).cloned().collect();
        let reference = shown(&admitted, declared).or_else(|| shown(&names, declared));
        let moved = reference.is_some_and(|name| index.tag_now(name, id).moved);
        let reference = reference.map_or_else(|| index.reference_of(id), |name| name.reference.clone());
        Some(Match { entry, reference, moved, freshness, manifests: meant.manifests })
    });
    matched.collect()
}

/// What one entry means of an image.
#[derive(Default)]
struct Meant {
    /// By the digest of a manifest, of an index that lists it, or of the config.
    by_digest: bool,
    /// By these names.
    tags: BTreeSet<TagId>,
    manifests: Vec<ManifestId>,
}

impl Meant {
    fn add(&mut self, manifest: ManifestId) {
        if self.manifests.last() != Some(&manifest) {
            self.manifests.push(manifest);
        }
    }
}
