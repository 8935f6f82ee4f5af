//! What a scheduler tells while it works.

use forebear_image::Timestamp;

use crate::operate::error::RunError;
use crate::operate::job_runner::Outcome;
use crate::operate::jobs::Job;

/// Told what a scheduler does.
pub trait ScheduleObserver {
    /// Nothing is due before this.
    fn waits(&mut self, next: Option<(&Job, Timestamp)>);
    /// A job is begun.
    fn begins(&mut self, job: &Job);
    /// A job has ended.
    fn ended(&mut self, job: &Job, outcome: &Result<Outcome, RunError>);
    /// Job files changed, and cannot be used: what was read before stays.
    fn refused(&mut self, error: &RunError);
}
