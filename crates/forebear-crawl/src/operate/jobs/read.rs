//! Reading a job file.

use std::path::Path;

use super::check;
use super::error::JobError;
use super::job::Job;

/// The most bytes of a job file: with names by the ten thousand, which belong into a
/// list beside it.
const CAP: u64 = 4 << 20;

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// [`JobError`], with the place of every mistake.
    pub fn read(path: &Path) -> Result<Self, JobError> {
        let text = forebear_files::read_text(path, CAP).map_err(|why| JobError::whole(path, why.to_string()))?;
        check::job(path, &text)
    }
}
