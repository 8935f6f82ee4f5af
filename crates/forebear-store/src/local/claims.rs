//! Who works on which pending task. No other process has this store open, so claims
//! need not outlive this one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use forebear_image::Timestamp;

use crate::error::StoreError;
use crate::lease::{Claim, WorkerId};
use crate::run::RunId;
use crate::task::{Stage, Task};

/// Claims on tasks, by run.
#[derive(Debug, Default)]
pub(super) struct Claims(Mutex<HashMap<RunId, OfRun>>);

#[derive(Debug, Default)]
struct OfRun {
    /// Until when they run.
    leases: HashMap<WorkerId, Timestamp>,
    held: HashMap<(Stage, String), WorkerId>,
}

impl Claims {
    /// Claims what is free of the pending tasks that `page` reads: some, after one.
    pub(super) fn claim(
        &self,
        claim: &Claim,
        mut page: impl FnMut(Option<&Task>, usize) -> Result<Vec<Task>, StoreError>,
    ) -> Result<Vec<Task>, StoreError> {
        let mut runs = self.lock();
        let of_run = runs.entry(claim.run).or_default();
        of_run.leases.insert(claim.worker, claim.until);
        let (mut given, mut after) = (Vec::new(), None);
        while given.len() < claim.limit {
            let asked = claim.limit - given.len();
            let tasks = page(after.as_ref(), asked)?;
            let is_last = tasks.len() < asked;
            after = tasks.last().cloned();
            for task in tasks {
                let key = key(&task);
                if of_run.is_free(&key, claim) {
                    of_run.held.insert(key, claim.worker);
                    given.push(task);
                }
            }
            if is_last {
                break;
            }
        }
        Ok(given)
    }

    /// Claims tasks that are being added.
    pub(super) fn add(&self, run: RunId, worker: WorkerId, tasks: &[Task]) {
        let mut runs = self.lock();
        let of_run = runs.entry(run).or_default();
        for task in tasks {
            of_run.held.entry(key(task)).or_insert(worker);
        }
    }

    /// Forgets claims on tasks that are done.
    pub(super) fn done(&self, run: RunId, tasks: &[Task]) {
        if let Some(of_run) = self.lock().get_mut(&run) {
            for task in tasks {
                of_run.held.remove(&key(task));
            }
        }
    }

    pub(super) fn renew(&self, run: RunId, worker: WorkerId, until: Timestamp) {
        self.lock().entry(run).or_default().leases.insert(worker, until);
    }

    pub(super) fn release(&self, run: RunId, worker: WorkerId) {
        if let Some(of_run) = self.lock().get_mut(&run) {
            of_run.leases.remove(&worker);
            of_run.held.retain(|_, holder| *holder != worker);
        }
    }

    /// Forgets a run that is over.
    pub(super) fn end(&self, run: RunId) {
        self.lock().remove(&run);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RunId, OfRun>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OfRun {
    fn is_free(&self, key: &(Stage, String), claim: &Claim) -> bool {
        self.held.get(key).is_none_or(|holder| {
            let is_over = self.leases.get(holder).is_none_or(|until| *until <= claim.now);
            *holder != claim.worker && is_over
        })
    }
}

fn key(task: &Task) -> (Stage, String) {
    (task.stage(), task.identity())
}
