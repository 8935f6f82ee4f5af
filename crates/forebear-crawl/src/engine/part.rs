//! This process's part in a run: what it claims, and for how long.

use std::sync::Arc;
use std::time::Duration;

use forebear_image::Timestamp;
use forebear_store::{Claim, RunId, Stage, Store, StoreError, Task, WorkerId};
use tokio::time::Instant;

use crate::blocking;
use crate::clock::wall_clock;

/// How long a worker that nobody hears of keeps what it claimed.
const LEASE: Duration = Duration::from_secs(180);
/// How often the lease is renewed.
const RENEW_EVERY: Duration = Duration::from_secs(60);

/// A worker's part in a run. It ends when this is dropped: what is left of what it
/// claimed is anybody's then.
pub(super) struct Part {
    store: Arc<dyn Store>,
    run: RunId,
    worker: WorkerId,
    due: Instant,
}

impl Part {
    pub(super) fn new(store: Arc<dyn Store>, run: RunId) -> Self {
        Self { store, run, worker: WorkerId::random(), due: Instant::now() + RENEW_EVERY }
    }

    pub(super) fn worker(&self) -> WorkerId {
        self.worker
    }

    /// Claims tasks of a stage; fewer than `limit` are all that nobody works on.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn claim(&self, stage: Stage, limit: usize) -> Result<Vec<Task>, StoreError> {
        let (store, now) = (Arc::clone(&self.store), wall_clock());
        let claim = Claim { run: self.run, stage, worker: self.worker, now, until: lease_from(now), limit };
        blocking::run(move || store.claim(&claim)).await
    }

    /// When the lease is to be renewed.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Renews the lease, where it is time.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn renew(&mut self) -> Result<(), StoreError> {
        if Instant::now() < self.due {
            return Ok(());
        }
        self.due = Instant::now() + RENEW_EVERY;
        let (store, run, worker) = (Arc::clone(&self.store), self.run, self.worker);
        blocking::run(move || store.renew(run, worker, lease_from(wall_clock()))).await
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = self.store.release(self.run, self.worker) {
            // Its lease will be over.
            tracing::debug!(error = &error as &dyn std::error::Error, "a part in a run was not given back");
        }
    }
}

fn lease_from(now: Timestamp) -> Timestamp {
    Timestamp { seconds: now.seconds.saturating_add(LEASE.as_secs().cast_signed()), ..now }
}
