//! An image in short, with its parent.

use forebear_image::{Digest, Platform, Timestamp};
use forebear_index::ImageId;

use crate::answers::FreshnessState;

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
