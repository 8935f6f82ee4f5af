//! What a run did.

use std::collections::BTreeMap;
use std::time::Duration;

use forebear_image::{RegistryName, Timestamp};
use forebear_registry::{Quota, Statistics};
use forebear_store::FailureKind;
use serde::Serialize;

/// Why a run ended before its frontier was empty. Another run resumes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The registry's limit.
    Limit {
        /// Seconds until it may be asked again, if it said.
        wait: Option<u64>,
        /// The same as a time; no run sends anything before it.
        until: Option<Timestamp>,
        /// What the registry answered.
        reason: String,
    },
    /// The registry does not answer any more.
    Unreachable {
        /// Requests that were sent until then, those that did not reach it too.
        requests: u64,
        /// What the last of them came to.
        reason: String,
    },
    /// The run's own limit of time.
    TimeUp,
    /// The user, or a signal.
    Interrupted,
}

impl Stop {
    /// Until when no run sends anything, if the registry said.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Limit { until, .. } => *until,
            Self::Unreachable { .. } | Self::TimeUp | Self::Interrupted => None,
        }
    }
}

/// What became of the tags that were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TagCounts {
    /// Lead where they led when they were last looked at.
    pub unchanged: u64,
    /// Lead elsewhere.
    pub moved: u64,
    /// Were not known.
    pub new: u64,
    /// Are there no more.
    pub gone: u64,
    /// Were left out by the cap on the tags of a repository.
    pub capped: u64,
}

/// Something that a run left out by its own rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Of what: a repository, a list, a manifest.
    pub subject: String,
    /// Stable code: `capped`, `clock`, `invalid_name`, `nesting`, `no_match`,
    /// `odd_field`, `outage`, `provenance`.
    pub kind: &'static str,
    /// The whole sentence.
    pub message: String,
}

/// The summary of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// Registry as it was asked.
    pub registry: String,
    /// Name its images are stored under.
    pub stored_as: RegistryName,
    /// Start: the time of the run's observations.
    pub started: Timestamp,
    /// Whether it resumed an unfinished run.
    pub resumed: bool,
    /// How long this process took, in seconds.
    #[serde(serialize_with = "seconds")]
    pub duration: Duration,
    /// Repositories walked, by earlier processes of the run too.
    pub repositories: u64,
    /// Tags resolved, by those too.
    pub tags: u64,
    /// What became of them.
    pub tag_changes: TagCounts,
    /// Whether this run found all as it was: no tag new, moved or gone, nothing
    /// fetched but lists and heads.
    pub unchanged: bool,
    /// Images (configs, or schema 1 manifests) stored for the first time.
    pub images_new: u64,
    /// Images that were stored before.
    pub images_known: u64,
    /// Images of a platform that is not walked, which only their configs told.
    /// They are kept, and count neither as new nor as known.
    pub other_platform: u64,
    /// Manifests and indexes stored for the first time.
    pub manifests_new: u64,
    /// Signatures, attestations and other things that are no images.
    pub artifacts: u64,
    /// Attestations whose provenance was read for the first time, where the
    /// selection wants it.
    pub attestations: u64,
    /// Tags that were listed and gone when asked for.
    pub gone: u64,
    /// Repositories of which at least four tags, and more than half of those that
    /// were listed a moment before, were not found: nothing of them ended. Each
    /// has a warning.
    pub outages: u64,
    /// Tags whose last observation this run ended: they moved or were deleted.
    pub ended: u64,
    /// Names that break the grammar, as listed.
    pub rejected_names: u64,
    /// Repositories that were listed and left out, since their names are not
    /// below the prefix that is taken off.
    pub outside_prefix: u64,
    /// Items that failed in earlier runs and wait for their next try.
    pub delayed: u64,
    /// Items that failed so often that they are not tried any more.
    pub parked: u64,
    /// What was left out, the first hundred.
    pub warnings: Vec<Warning>,
    /// How many warnings there were.
    pub warned: u64,
    /// Requests sent, by kind, and bytes received.
    pub requests: Statistics,
    /// The registry's quota as it told last, if it told any.
    pub quota: Option<Quota>,
    /// Failed items by kind.
    pub failures: BTreeMap<FailureKind, u64>,
    /// The first of them, as a sentence.
    pub first_failure: Option<String>,
    /// Why it ended early; absent when its frontier is empty.
    pub stopped: Option<Stop>,
    /// Tasks left to do, as far as they are known: a list that was not walked to
    /// its end is one.
    pub open: u64,
    /// Whether the selection narrows, and has matched nothing: a warning says what
    /// may have been meant.
    pub matched_nothing: bool,
}

fn seconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1000.0).round() / 1000.0)
}

impl RunReport {
    /// Whether something was not had that the next run asks for again.
    #[must_use]
    pub fn has_left_out(&self) -> bool {
        self.failed() + self.delayed + self.outages > 0 || self.matched_nothing
    }

    /// Number of failed items.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}
