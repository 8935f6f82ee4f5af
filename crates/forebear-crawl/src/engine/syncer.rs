//! The store's commits, as the coordinator waits for them.

use std::sync::Arc;

use forebear_store::{Batch, Committer, Store, StoreError};
use tokio::sync::Notify;

use crate::blocking;

/// Commits batches; tells when the disk has caught up.
pub(super) struct Syncer {
    committer: Committer,
    synced: Arc<Notify>,
}

impl Syncer {
    pub(super) fn start(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let synced = Arc::new(Notify::new());
        let told = Arc::clone(&synced);
        Ok(Self { committer: Committer::start(store, move || told.notify_one())?, synced })
    }

    /// Commits a batch. See [`Committer::commit`].
    pub(super) fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.committer.commit(batch)
    }

    /// Whether more may be fetched before the disk has caught up.
    pub(super) fn has_room(&self) -> bool {
        self.committer.has_room()
    }

    /// Returns when the disk has caught up some more, or failed.
    pub(super) async fn changed(&self) {
        self.synced.notified().await;
    }

    /// Whether the disk still takes what it is given.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.committer.check()
    }

    /// Syncs once more.
    pub(super) async fn finish(self) -> Result<(), StoreError> {
        blocking::run(move || self.committer.finish()).await
    }
}
