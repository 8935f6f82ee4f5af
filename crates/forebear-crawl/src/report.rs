//! What a run did.

use std::collections::BTreeMap;
use std::time::Duration;

use forebear_image::Timestamp;
use forebear_registry::Statistics;
use serde::Serialize;

/// Why a run ended before its frontier was empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The registry's limit; `wait` seconds were asked for, if it said.
    Limit {
        /// Seconds until it may be asked again.
        wait: Option<u64>,
    },
    /// The user, or a signal.
    Interrupted,
}

/// The summary of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// Registry as it was asked.
    pub registry: String,
    /// Name its images are stored under.
    pub stored_as: String,
    /// Start: the time of the run's observations.
    pub started: Timestamp,
    /// Whether it went on with an unfinished run.
    pub resumed: bool,
    /// How long this process took, in seconds.
    #[serde(serialize_with = "seconds")]
    pub duration: Duration,
    /// Repositories walked.
    pub repositories: u64,
    /// Tags resolved.
    pub tags: u64,
    /// Images (configs, or schema 1 manifests) stored for the first time.
    pub images_new: u64,
    /// Images that were stored before.
    pub images_known: u64,
    /// Manifests and indexes stored for the first time.
    pub manifests_new: u64,
    /// Signatures, attestations and other things that are no images.
    pub artifacts: u64,
    /// Attestations whose provenance was read for the first time, where the
    /// selection wants it.
    pub attestations: u64,
    /// Tags that were listed and gone when asked for.
    pub gone: u64,
    /// Tags whose last observation this run ended: they moved or were deleted.
    pub ended: u64,
    /// Names that break the grammar, as listed.
    pub rejected_names: u64,
    /// Requests sent, by kind, and bytes received.
    pub requests: Statistics,
    /// Failed items by kind.
    pub failures: BTreeMap<String, u64>,
    /// The first of them, as a sentence.
    pub first_failure: Option<String>,
    /// Why it ended early; absent when its frontier is empty.
    pub stopped: Option<Stop>,
    /// Tasks left to do.
    pub open: u64,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1000.0).round() / 1000.0)
}

impl RunReport {
    /// Number of failed items.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}
