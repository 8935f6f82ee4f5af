//! Batches on their way to the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::receipt::Receipt;
use crate::store::Store;

/// The longest that a committed batch waits for the next sync to begin.
const SYNC_EVERY: Duration = Duration::from_millis(50);
/// Outcomes that may be committed and unsynced before nothing more is to be
/// fetched: what a crash costs is bounded by number, however slow the disk is.
const MAX_UNSYNCED: u64 = 1_024;
/// Bytes of what they brought that may be, by the same rule: a few outcomes can
/// be as much as all others together.
const MAX_UNSYNCED_BYTES: u64 = 32 * 1024 * 1024;

/// Commits batches, and syncs the store from a thread of its own, every so
/// often and at the end.
pub struct Committer {
    store: Arc<dyn Store>,
    failure: Arc<Mutex<Option<StoreError>>>,
    unsynced: Mutex<Unsynced>,
    kick: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

/// What was committed and is not known to be on the disk.
#[derive(Default)]
struct Unsynced {
    batches: VecDeque<(Receipt, u64, u64)>,
    outcomes: u64,
    bytes: u64,
}

impl Unsynced {
    fn add(&mut self, receipt: Receipt, outcomes: u64, bytes: u64) {
        self.batches.push_back((receipt, outcomes, bytes));
        self.outcomes += outcomes;
        self.bytes += bytes;
    }

    /// Forgets what is on the disk by now.
    fn settle(&mut self) {
        while let Some((receipt, outcomes, bytes)) = self.batches.front()
            && receipt.is_honoured()
        {
            (self.outcomes, self.bytes) = (self.outcomes - outcomes, self.bytes - bytes);
            self.batches.pop_front();
        }
    }
}

impl Committer {
    /// Begins to sync. `synced` is called, from the thread that syncs, each
    /// time the disk has caught up or failed; it should return at once.
    ///
    /// # Errors
    /// [`StoreError::Io`] when there is no thread to be had.
    pub fn start(store: Arc<dyn Store>, synced: impl Fn() + Send + 'static) -> Result<Self, StoreError> {
        let (kick, kicked) = mpsc::channel::<()>();
        let failure = Arc::new(Mutex::default());
        let (told, disk) = (Arc::clone(&failure), Arc::clone(&store));
        let thread = std::thread::Builder::new().name("sync".to_owned()).spawn(move || {
            loop {
                let ending = kicked.recv_timeout(SYNC_EVERY) == Err(mpsc::RecvTimeoutError::Disconnected);
                let done = disk.sync();
                let failed = done.is_err();
                if let Err(error) = done {
                    *locked(&told) = Some(error);
                }
                synced();
                if ending || failed {
                    return;
                }
            }
        })?;
        Ok(Self { store, failure, unsynced: Mutex::default(), kick, thread })
    }

    /// Commits a batch. It is visible at once, and counts as unsynced until the
    /// disk has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses this batch, or the disk has
    /// refused one before.
    pub fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (outcomes, bytes) = (batch.done.len() as u64, batch.weight() as u64);
        self.check()?;
        let receipt = self.store.commit(batch)?;
        locked(&self.unsynced).add(receipt, outcomes, bytes);
        // Early enough that nobody has to wait for it.
        if !self.has_less_than(MAX_UNSYNCED / 2, MAX_UNSYNCED_BYTES / 2) {
            // A thread that has ended left its failure.
            _ = self.kick.send(());
        }
        Ok(())
    }

    /// Whether more may be fetched before the disk has caught up.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.has_less_than(MAX_UNSYNCED, MAX_UNSYNCED_BYTES)
    }

    fn has_less_than(&self, outcomes: u64, bytes: u64) -> bool {
        let mut unsynced = locked(&self.unsynced);
        unsynced.settle();
        unsynced.outcomes < outcomes && unsynced.bytes < bytes
    }

    /// Whether the disk still takes what it is given.
    ///
    /// # Errors
    /// Its refusal, once.
    pub fn check(&self) -> Result<(), StoreError> {
        locked(&self.failure).take().map_or(Ok(()), Err)
    }

    /// Syncs once more and ends the thread. Blocks until the disk has all.
    ///
    /// # Errors
    /// The disk's refusal.
    pub fn finish(self) -> Result<(), StoreError> {
        let Self { failure, kick, thread, .. } = self;
        drop(kick);
        match thread.join() {
            Ok(()) => locked(&failure).take().map_or(Ok(()), Err),
            Err(_) => Err(StoreError::Database("the thread that syncs it ended unexpectedly".into())),
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
