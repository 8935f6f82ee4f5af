//! Which entries of the approved bases mean an image of the index.

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
    let named: Vec<(ManifestId, Vec<Name>)> =
        index.manifests_of(id).map(|manifest| (manifest, index.names_of_manifest(manifest))).collect();
    let mut found = Vec::new();
    for entry in &approved.entries {
        let own = index.image(id).map(|image| image.identity());
        let manifests: Vec<ManifestId> = index.manifests_of(id).filter(|own| means(index, entry, *own)).collect();
        if !manifests.is_empty() || own.is_some_and(|own| entry.is_digest(&own.digest())) {
            found.push(Match { entry, name: None, manifests });
        }
        let best = names.iter().filter(|name| entry.names(&name.reference)).min_by_key(|name| behind(name));
        let Some(best) = best else { continue };
        let led_here = |(_, names): &&(ManifestId, Vec<Name>)| names.iter().any(|name| entry.names(&name.reference));
        let manifests = named.iter().filter(led_here).map(|(manifest, _)| *manifest).collect();
        found.push(Match { entry, name: Some(best.clone()), manifests });
    }
    found
}

/// Whether an entry is the digest of a manifest or of an index that lists it.
fn means(index: &View, entry: &Entry, manifest: ManifestId) -> bool {
    let above = index.indexes_of(manifest);
    let mut digests = std::iter::once(manifest).chain(above).filter_map(|id| index.manifest_digest(id));
    digests.any(|digest| entry.is_digest(&digest.0))
}
