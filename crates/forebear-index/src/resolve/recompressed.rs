//! M16: the parent's layers in other blobs.

use forebear_image::{BlobDigest, Image};

use crate::ids::ImageId;
use crate::view::View;

/// Whether an image has its parent's layers as blobs that no known manifest of
/// the parent lists in their place: compressed anew on the way, by a mirror or
/// by whoever built it. `None` where one side's blobs are not known.
#[must_use]
pub fn recompressed(view: &View, image: &Image, parent: ImageId, layers: usize) -> Option<bool> {
    if layers == 0 {
        return Some(false);
    }
    let own: Vec<BlobDigest> = image.layers.get(..layers)?.iter().map(|layer| layer.blob).collect::<Option<_>>()?;
    let copies = view.manifests_of(parent).map(|id| view.blobs_of(id).collect::<Vec<_>>());
    let copies: Vec<_> = copies.filter(|blobs| blobs.len() == layers).collect();
    let listed =
        |at: usize, blob: &BlobDigest| copies.iter().filter_map(|blobs| blobs.get(at)).any(|its| its.digest() == *blob);
    (!copies.is_empty()).then(|| own.iter().enumerate().any(|(at, blob)| !listed(at, blob)))
}
