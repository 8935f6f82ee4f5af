//! What a graph holds.

use forebear_ask::answers::{Evidence, FreshnessState};
use forebear_image::agreement::Agreement;
use forebear_image::{Digest, ManifestDigest, Platform, Timestamp};

/// Images, and what each is built on.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// Each image once.
    pub nodes: Vec<Node>,
    /// At most one from each image.
    pub edges: Vec<Edge>,
    /// Start of the last run that the index knows of.
    pub observed_until: Option<Timestamp>,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its digest; of an image at hand without one, what it was asked for as.
    pub key: String,
    /// Its name.
    pub reference: String,
    /// Its config's digest, where that was read.
    pub config: Option<Digest>,
    /// Its manifest's digest.
    pub manifest: Option<ManifestDigest>,
    /// Its platform.
    pub platform: Option<Platform>,
    /// When it was built, by its own word.
    pub created: Option<Timestamp>,
    /// How many layers it has.
    pub layers: usize,
    /// How many steps its history has, where that was read.
    pub steps: Option<usize>,
    /// Whether it was asked about, and is no mere ancestor.
    pub asked: bool,
}

/// An image is built on another.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Key of the image.
    pub child: String,
    /// Key of its parent.
    pub parent: String,
    /// What makes it the parent; `None` where that was not looked at.
    pub evidence: Option<Evidence>,
    /// How the histories agree.
    pub agreement: Agreement,
    /// Layers that were added.
    pub layers: usize,
    /// Steps that were added, where both histories were read.
    pub steps: Option<usize>,
    /// How current the parent is.
    pub freshness: Option<FreshnessState>,
    /// Builds that were seen after the parent.
    pub builds_behind: Option<u32>,
    /// Whole days since the first of them.
    pub days_behind: Option<u32>,
}

impl Edge {
    /// Whether a later build of the parent is known.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.freshness == Some(FreshnessState::Outdated)
    }
}
