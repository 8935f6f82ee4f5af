//! All images of an index at once: what each is built on, and what that comes to. Made in one
//! pass, for pages and reports that tell of many images; a question about one is cheaper asked
//! by itself.

mod build;
mod layers;
mod overview;
mod users;

use std::collections::HashMap;

use forebear_image::{Digest, ManifestDigest, Platform, Timestamp};
use forebear_index::ImageId;

use crate::answers::FreshnessState;

pub use overview::{BaseUse, Bucket, FanOut, Overview, SharedLayer};
pub use users::{Staleness, UserAnswer};

/// Every image of an index, in short.
#[derive(Clone, Debug)]
pub struct Estate {
    /// In the order of their digests.
    images: Vec<ImageSummary>,
    by_digest: HashMap<Digest, usize>,
    by_manifest: HashMap<ManifestDigest, usize>,
    /// Places of the images on each, by its own place.
    children: Vec<Vec<u32>>,
    layers: Vec<SharedLayer>,
    observed_until: Option<Timestamp>,
}

/// An image in short.
#[derive(Clone, Debug)]
pub struct ImageSummary {
    pub(crate) id: ImageId,
    /// The digest that it goes by: its config's, or its manifest's where that was not read.
    pub digest: Digest,
    /// Its best name.
    pub reference: String,
    /// The repository of that; empty where it has no name.
    pub repository: String,
    /// Its platform.
    pub platform: Option<Platform>,
    /// How many layers it has.
    pub layers: usize,
    /// Bytes of all its blobs, where all are known.
    pub size: Option<u64>,
    /// When it was built, by its own word.
    pub created: Option<Timestamp>,
    /// Whether a tag leads to it now.
    pub is_current: bool,
    /// What it is built on.
    pub base: Option<BaseSummary>,
    /// How many ancestors it has.
    pub depth: usize,
}

/// A parent in short.
#[derive(Clone, Debug)]
pub struct BaseSummary {
    /// Its place among all images.
    pub(crate) place: usize,
    /// As it is called for this image.
    pub reference: String,
    /// How current it is.
    pub freshness: Option<FreshnessState>,
    /// Builds that were seen after it.
    pub builds_behind: u32,
    /// Whole days since the first of them.
    pub days_behind: u32,
}

impl BaseSummary {
    /// Whether a later build is known.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.freshness == Some(FreshnessState::Outdated)
    }
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
