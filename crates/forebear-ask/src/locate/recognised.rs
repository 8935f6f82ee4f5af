//! Which image of the index a local form tells of, by the digests that it
//! shows. Tools do not always say whether that is a config's, a manifest's or
//! an index's: each is looked up as all of them.

use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, Image, Layer, ManifestDigest, Platform};
use forebear_index::{ImageId, ManifestId, ManifestKind, View};

/// An image of the index, and the manifest by which it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub(super) id: ImageId,
    pub(super) manifest: Option<ManifestId>,
}

impl Known {
    /// The image as the index has it.
    pub(super) fn load(self, index: &View) -> Option<Image> {
        index.load(self.id, self.manifest)
    }
}

/// The first that one of the digests names and that has the layers which the
/// form shows. `wanted` chooses where an index is named and no layers are shown.
pub(super) fn find(index: &View, digests: &[Digest], own: &Image, wanted: Option<&Platform>) -> Option<Known> {
    digests
        .iter()
        .find_map(|digest| by_config(index, *digest, own).or_else(|| by_manifest(index, *digest, own, wanted)))
}

fn by_config(index: &View, digest: Digest, own: &Image) -> Option<Known> {
    let id = index.find_image(&Identity::Config(ConfigDigest(digest)))?;
    let known = Known { id, manifest: None };
    // Blobs are a manifest's, and an image may have several.
    let same = |own: &Layer, its: &Layer| own.diff_id.is_none() || its.diff_id.is_none() || own.diff_id == its.diff_id;
    fits(own, &known.load(index)?, same).then_some(known)
}

fn by_manifest(index: &View, digest: Digest, own: &Image, wanted: Option<&Platform>) -> Option<Known> {
    let named = index.find_manifest(ManifestDigest(digest))?;
    let known = |manifest: ManifestId| {
        let known = Known { id: index.manifest(manifest)?.image()?, manifest: Some(manifest) };
        fits(own, &known.load(index)?, same_layer).then_some(known)
    };
    if index.manifest(named)?.kind() != ManifestKind::Index {
        return known(named);
    }
    let platform = wanted.or(own.platform.as_ref()).cloned().unwrap_or_else(Platform::default_wanted);
    let meant = index.for_platform(named, &platform).and_then(known);
    if own.layers.is_empty() {
        let mut entries = index.entries_of(named);
        let only = entries.next().filter(|_| entries.next().is_none());
        return meant.or_else(|| known(only?.manifest()));
    }
    meant.or_else(|| index.entries_of(named).find_map(|entry| known(entry.manifest())))
}

fn same_layer(own: &Layer, its: &Layer) -> bool {
    match (own.diff_id, its.diff_id, own.blob, its.blob) {
        (Some(own), Some(its), _, _) => own == its,
        (_, _, Some(own), Some(its)) => own == its,
        (_, _, _, _) => true,
    }
}

/// Whether the layers that a form shows are those of an image; one that shows
/// none leaves that to its digest.
fn fits(own: &Image, its: &Image, same: impl Fn(&Layer, &Layer) -> bool) -> bool {
    own.layers.is_empty()
        || (own.layers.len() == its.layers.len() && own.layers.iter().zip(&its.layers).all(|(own, its)| same(own, its)))
}
