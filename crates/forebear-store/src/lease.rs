//! Who works on a run, and for how long.

use std::hash::{BuildHasher as _, RandomState};

use forebear_image::Timestamp;

use crate::run::RunId;
use crate::task::Stage;

/// One process's part in one run. No two that are at work have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkerId(pub u64);

impl WorkerId {
    /// One that nobody else will have: 64 bits of the machine's randomness.
    #[must_use]
    pub fn random() -> Self {
        // The keys of the standard library's hasher are random, and of each their own.
        Self(RandomState::new().hash_one(std::process::id()))
    }
}

/// A wish for tasks to work on. Times are the clock's that all workers share, in
/// whole seconds, not a run's.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Of which run.
    pub run: RunId,
    /// Of which stage.
    pub stage: Stage,
    /// For whom.
    pub worker: WorkerId,
    /// Now: what a lease that is over holds may be given to another.
    pub now: Timestamp,
    /// Until when the worker's lease runs, on this and all it holds of the run.
    pub until: Timestamp,
    /// How many at most.
    pub limit: usize,
}
