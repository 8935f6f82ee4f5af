//! What is still to be fetched, and who does it.

use forebear_image::{RepositoryName, Timestamp};

use crate::absent::{AbsentTag, Walked};
use crate::batch::Batch;
use crate::error::StoreError;
use crate::lease::{Claim, WorkerId};
use crate::receipt::Receipt;
use crate::run::{Run, RunId};
use crate::task::{Stage, Task};

/// The frontier: pending tasks of runs.
///
/// A task is pending from the commit that adds it to the commit that says it is
/// done. In between, a worker claims it, so that no other is given it: until it is
/// done, the worker releases it, or its lease is over. What a worker commits counts
/// even after its lease: facts are facts, and a task that two have done is done.
pub trait FrontierStore: Send + Sync {
    /// Begins a run with its first tasks, all of it or nothing, under a number
    /// that no run has had.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn begin(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError>;

    /// Whether a run has its first tasks, done or not: a frontier that was lost is
    /// begun again.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError>;

    /// Gives a run its first tasks again.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError>;

    /// Tasks that are the worker's from now on, in the store's own order. Fewer than
    /// were asked for are all that nobody works on. What the worker holds already is
    /// not given again.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn claim(&self, claim: &Claim) -> Result<Vec<Task>, StoreError>;

    /// Prolongs the lease on all that the worker holds of a run, until `until`.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn renew(&self, run: RunId, worker: WorkerId, until: Timestamp) -> Result<(), StoreError>;

    /// Ends the worker's part in a run: what it holds is anybody's.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn release(&self, run: RunId, worker: WorkerId) -> Result<(), StoreError>;

    /// Writes a batch, all of it or nothing. It is visible when this returns, and
    /// survives a power cut once the receipt is honoured, which the next
    /// [`FrontierStore::sync`] sees to.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; nothing of the batch is then
    /// visible.
    fn commit(&self, batch: Batch) -> Result<Receipt, StoreError>;

    /// Returns once everything committed so far survives a power cut: its receipts
    /// are honoured.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn sync(&self) -> Result<(), StoreError>;

    /// Pending tasks of a stage, whoever works on them, in the store's own order:
    /// `limit` at most, those after `after`. For who only looks; who works claims.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError>;

    /// How many tasks of a run are pending, whoever works on them.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn pending_count(&self, run: RunId) -> Result<u64, StoreError>;

    /// What a run has noted of a repository whose tags it has listed; `None` where it
    /// has not listed them.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<Walked>, StoreError>;

    /// Tags that a run found listed and not there, by repository and tag: `limit`
    /// at most, after `after`.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError>;
}
