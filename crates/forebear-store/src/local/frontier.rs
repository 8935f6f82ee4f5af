//! The frontier, by the parts.

use std::sync::PoisonError;

use forebear_image::{RepositoryName, Timestamp};

use super::store::LocalStore;
use crate::absent::{AbsentTag, Walked};
use crate::batch::Batch;
use crate::error::StoreError;
use crate::lease::{Claim, WorkerId};
use crate::receipt::Receipt;
use crate::run::{Run, RunId};
use crate::sled::Changes;
use crate::store::FrontierStore;
use crate::task::{Stage, Task};

impl FrontierStore for LocalStore {
    fn begin(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError> {
        self.write(|| {
            let id = self.index.runs()?.last().map_or(1, |last| last.id + 1);
            let run = Run { id, selection, started, finished: false };
            self.write_run(&run, first_tasks(id, &first)?)?;
            Ok(run)
        })
    }

    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError> {
        self.index.is_seeded(run)
    }

    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError> {
        self.write(|| self.index.apply(first_tasks(run, &first)?))
    }

    fn claim(&self, claim: &Claim) -> Result<Vec<Task>, StoreError> {
        self.claims.claim(claim, |after, limit| self.index.pending(claim.run, claim.stage, after, limit))
    }

    fn renew(&self, run: RunId, worker: WorkerId, until: Timestamp) -> Result<(), StoreError> {
        self.claims.renew(run, worker, until);
        Ok(())
    }

    fn release(&self, run: RunId, worker: WorkerId) -> Result<(), StoreError> {
        self.claims.release(run, worker);
        Ok(())
    }

    fn commit(&self, batch: Batch) -> Result<Receipt, StoreError> {
        self.apply_batch(batch)?;
        Ok(self.receipts.issue())
    }

    fn sync(&self) -> Result<(), StoreError> {
        let issued = self.receipts.issued();
        let position = self.log.sync()?;
        self.index.flush()?;
        // At each new segment; within one the mark may lag.
        let is_new = self.mark.lock().unwrap_or_else(PoisonError::into_inner).segment != position.segment;
        if is_new {
            self.mark_at(position, None)?;
        }
        self.receipts.honour(issued);
        Ok(())
    }

    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError> {
        self.index.pending(run, stage, after, limit)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        self.index.pending_count(run)
    }

    fn walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<Walked>, StoreError> {
        self.index.walked(run, repository)
    }

    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError> {
        self.index.absent(run, after, limit)
    }
}

/// A run's first tasks, and that it has them.
fn first_tasks(run: RunId, tasks: &[Task]) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    tasks.iter().try_for_each(|task| changes.task(run, task))?;
    changes.seeded(run);
    Ok(changes)
}
