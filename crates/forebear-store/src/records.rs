//! Runs and failures.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// Number of a run, counted from 1.
pub type RunId = u64;

/// One crawl, from its first request to its last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// What it walks, as canonical JSON; a run with the same selection resumes
    /// an unfinished one.
    pub selection: String,
    /// Its start, which is the time of all its observations.
    pub started: Timestamp,
    /// Whether its frontier is empty.
    pub finished: bool,
}

/// An item that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What: a repository, tag, manifest or config.
    pub subject: String,
    /// Registry as it was asked.
    pub registry: String,
    /// Stable code: `not_found`, `digest_mismatch`, …
    pub kind: String,
    /// The whole sentence.
    pub message: String,
    /// Start of the run that failed last.
    pub at: Timestamp,
    /// How many runs have failed on it.
    pub tries: u32,
}
