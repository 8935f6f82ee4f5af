//! How the engine tells where it is.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a run is. All counts are of this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Repositories found.
    pub repositories: u64,
    /// Repositories whose tags are listed.
    pub repositories_done: u64,
    /// Tags found.
    pub tags: u64,
    /// Tags resolved to a digest.
    pub tags_done: u64,
    /// Images fetched.
    pub images_new: u64,
    /// Images met that were stored before.
    pub images_known: u64,
    /// Items that failed.
    pub failures: u64,
    /// Requests sent.
    pub requests: u64,
    /// Tasks known and not done.
    pub open: u64,
    /// Until when nothing is sent, while a registry's limit is waited for.
    #[serde(skip)]
    pub held_until: Option<Timestamp>,
}

/// Receives progress; called often, so it should return at once.
pub trait Progress: Send + Sync {
    /// The run is here now.
    fn update(&self, snapshot: &Snapshot);
    /// An item failed, and the run goes on.
    fn failed(&self, subject: &str, message: &str);
    /// Something is left out, by the selection's own rules.
    fn warned(&self, subject: &str, message: &str) {
        _ = (subject, message);
    }
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn update(&self, _snapshot: &Snapshot) {}
    fn failed(&self, _subject: &str, _message: &str) {}
}
