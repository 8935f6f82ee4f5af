//! A job's state, as others read it.

use forebear_image::{RegistryName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::operate::jobs::{Job, JobName};
use crate::progress::Snapshot;

/// A job, as of [`JobState::updated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobState {
    /// Its name.
    pub job: JobName,
    /// Where it stands.
    pub phase: Phase,
    /// The process that wrote this.
    pub process: u32,
    /// The registry as references name it.
    pub host: RegistryName,
    /// Its images' registry in the store.
    pub stored_as: Option<RegistryName>,
    /// When this process began with it.
    pub since: Timestamp,
    /// Start of the run: the time of its observations. Earlier than `since`
    /// where a run was resumed.
    pub run: Option<Timestamp>,
    /// When this was written.
    pub updated: Timestamp,
    /// How far it is.
    pub frontier: Snapshot,
    /// Its pace.
    pub pace: Pace,
    /// The registry's quota as it told last: as in [`crate::RunReport::quota`].
    pub quota: Option<serde_json::Value>,
    /// Until when the registry wants no request.
    pub held_until: Option<Timestamp>,
    /// Seconds that what is left takes at the present pace, as far as can be told:
    /// `frontier.listing` says that there may be any amount more. `None` where
    /// nothing can be told.
    pub eta: Option<u64>,
    /// When it is due, as a cron expression with its time zone.
    pub schedule: Option<String>,
    /// When it is run next, by a scheduler.
    pub next: Option<Timestamp>,
    /// Why it could not run at all.
    pub error: Option<String>,
    /// The last run's report.
    pub report: Option<serde_json::Value>,
}

impl JobState {
    /// That of a job that this process knows and has asked nothing for yet.
    #[must_use]
    pub fn new(job: &Job, phase: Phase, now: Timestamp) -> Self {
        Self {
            job: job.name.clone(),
            phase,
            process: std::process::id(),
            host: job.registry.host.clone(),
            stored_as: None,
            since: now,
            run: None,
            updated: now,
            frontier: Snapshot::default(),
            pace: Pace::default(),
            quota: None,
            held_until: None,
            eta: None,
            schedule: job.schedule.as_ref().map(ToString::to_string),
            next: None,
            error: None,
            report: None,
        }
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A scheduler knows it, and it has not run yet.
    Waiting,
    /// It sends requests, or waits for the end of a hold.
    Crawling,
    /// Its index is being built.
    Publishing,
    /// Its last run did all there was.
    Done,
    /// Its last run did all there was, and some items failed.
    SomeFailed,
    /// Its last run stopped on the registry's limit.
    Limited,
    /// Its last run stopped since the registry did not answer any more.
    Unreachable,
    /// Its last run stopped at its longest duration.
    OutOfTime,
    /// Its last run was interrupted.
    Interrupted,
    /// Its last run could not do anything.
    Failed,
}

impl Phase {
    /// Whether a process is at it.
    #[must_use]
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Crawling | Self::Publishing)
    }
}

/// How fast requests leave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// What is kept: `5/s`.
    pub rate: String,
    /// Requests under way at once, at most.
    pub concurrency: usize,
    /// Requests in each second, over the last half minute.
    pub requests_per_second: f64,
}
