//! M16: the parent's layers in other blobs.

use forebear_image::{BlobDigest, Image, Layer, media_type};

use crate::blob::BlobView;
use crate::ids::ImageId;
use crate::view::View;

/// Whether an image has its parent's layers as blobs that no known manifest of
/// the parent lists in their place: compressed anew on the way, by a mirror or
/// by whoever built it. `None` where one side's blobs are not known, or cannot
/// be compared: encrypted, or named by digests of another algorithm.
#[must_use]
pub fn recompressed(view: &View, image: &Image, parent: ImageId, layers: usize) -> Option<bool> {
    if layers == 0 {
        return Some(false);
    }
    let own = image.layers.get(..layers)?;
    let copies = view.manifests_of(parent).map(|id| view.blobs_of(id).collect::<Vec<_>>());
    let copies: Vec<_> = copies.filter(|blobs| blobs.len() == layers).collect();
    let mut open = false;
    for (at, layer) in own.iter().enumerate() {
        let blob = layer.blob?;
        let mut its = copies.iter().filter_map(|blobs| blobs.get(at));
        if its.clone().any(|its| its.digest() == blob) {
            continue;
        }
        if its.any(|its| is_another(layer, blob, its)) {
            return Some(true);
        }
        open = true;
    }
    (!copies.is_empty() && !open).then_some(false)
}

/// Whether two blobs that are not the same are two compressions.
fn is_another(layer: &Layer, blob: BlobDigest, its: &BlobView<'_>) -> bool {
    let encrypted = |media_type: Option<&str>| media_type.is_some_and(media_type::is_encrypted);
    blob.0.algorithm() == its.digest().0.algorithm()
        && !encrypted(layer.media_type.as_deref())
        && !encrypted(its.media_type())
}
