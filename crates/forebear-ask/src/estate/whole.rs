//! All of them, and how each is found.

use std::collections::HashMap;

use forebear_image::{Digest, ManifestDigest, Timestamp};

use super::image_summary::ImageSummary;
use super::shared_layer::SharedLayer;

/// Every image of an index, in short.
#[derive(Clone, Debug)]
pub struct Estate {
    /// In the order of their digests.
    pub(super) images: Vec<ImageSummary>,
    pub(super) by_digest: HashMap<Digest, usize>,
    pub(super) by_manifest: HashMap<ManifestDigest, usize>,
    /// Places of the images on each, by its own place.
    pub(super) children: Vec<Vec<u32>>,
    pub(super) layers: Vec<SharedLayer>,
    pub(super) observed_until: Option<Timestamp>,
}

impl Estate {
    /// All images, in the order of their digests.
    #[must_use]
    pub fn images(&self) -> &[ImageSummary] {
        &self.images
    }

    /// The image that goes by a digest.
    #[must_use]
    pub fn image(&self, digest: &Digest) -> Option<&ImageSummary> {
        self.images.get(*self.by_digest.get(digest)?)
    }

    /// The image of a manifest.
    #[must_use]
    pub fn of_manifest(&self, digest: &ManifestDigest) -> Option<&ImageSummary> {
        self.images.get(*self.by_manifest.get(digest)?)
    }

    /// An image's parent.
    #[must_use]
    pub fn base_of(&self, image: &ImageSummary) -> Option<&ImageSummary> {
        self.images.get(image.base.as_ref()?.place)
    }

    /// How many images stand on an image first of all.
    #[must_use]
    pub fn children_of(&self, image: &ImageSummary) -> usize {
        let place = self.by_digest.get(&image.digest);
        place.and_then(|place| self.children.get(*place)).map_or(0, Vec::len)
    }

    /// Start of the last run that the index knows of.
    #[must_use]
    pub fn observed_until(&self) -> Option<Timestamp> {
        self.observed_until
    }
}
