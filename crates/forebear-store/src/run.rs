//! Runs.

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
