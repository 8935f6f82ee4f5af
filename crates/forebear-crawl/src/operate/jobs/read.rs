//! Reading a job file.

use std::path::Path;

use super::capped::read_capped;
use super::check;
use super::error::JobError;
use super::job::Job;

impl Job {
    /// Reads a job file.
    ///
    /// # Errors
    /// [`JobError`], with the place of every mistake.
    pub fn read(path: &Path) -> Result<Self, JobError> {
        let text = read_capped(path).map_err(|why| JobError::whole(path, why))?;
        check::job(path, &text)
    }
}
