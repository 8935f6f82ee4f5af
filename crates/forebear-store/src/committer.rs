//! Batches on their way to the disk.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::batch::Batch;
use crate::error::StoreError;
use crate::store::Store;

/// The longest that an applied batch waits for the next flush to begin.
const FLUSH_EVERY: Duration = Duration::from_millis(50);
/// Outcomes that may be applied and unflushed before nothing more is to be
/// fetched: what a crash costs is bounded by number, however slow the disk is.
const MAX_UNFLUSHED: u64 = 1_024;
/// Bytes of what they brought that may be, by the same rule: a few outcomes can
/// be as much as all others together.
const MAX_UNFLUSHED_BYTES: u64 = 32 * 1024 * 1024;

/// Applies batches, and flushes the store from a thread of its own, every so
/// often and at the end.
pub struct Committer {
    store: Arc<dyn Store>,
    shared: Arc<Shared>,
    kick: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

/// What is done, as batches are applied and flushed.
#[derive(Default)]
struct Shared {
    outcomes: Progress,
    bytes: Progress,
    failure: Mutex<Option<StoreError>>,
}

/// A number that grows as batches are applied, and how much of it is flushed.
#[derive(Default)]
struct Progress {
    applied: AtomicU64,
    flushed: AtomicU64,
}

impl Progress {
    fn unflushed(&self) -> u64 {
        let flushed = self.flushed.load(Ordering::SeqCst);
        self.applied.load(Ordering::SeqCst).saturating_sub(flushed)
    }
}

impl Committer {
    /// Begins to flush. `flushed` is called, from the thread that flushes, each
    /// time the disk has caught up or failed; it should return at once.
    ///
    /// # Errors
    /// [`StoreError::Io`] when there is no thread to be had.
    pub fn start(store: Arc<dyn Store>, flushed: impl Fn() + Send + 'static) -> Result<Self, StoreError> {
        let (kick, kicked) = mpsc::channel::<()>();
        let shared = Arc::new(Shared::default());
        let (mine, disk) = (Arc::clone(&shared), Arc::clone(&store));
        let thread = std::thread::Builder::new().name("flush".to_owned()).spawn(move || {
            loop {
                let ending = kicked.recv_timeout(FLUSH_EVERY) == Err(mpsc::RecvTimeoutError::Disconnected);
                let all = [&mine.outcomes, &mine.bytes];
                let applied = all.map(|progress| progress.applied.load(Ordering::SeqCst));
                let done = disk.flush();
                let failed = done.is_err();
                if let Err(error) = done {
                    *mine.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                for (progress, applied) in all.into_iter().zip(applied) {
                    progress.flushed.store(applied, Ordering::SeqCst);
                }
                flushed();
                if ending || failed {
                    return;
                }
            }
        })?;
        Ok(Self { store, shared, kick, thread })
    }

    /// Applies a batch. It is visible at once, and counts as unflushed until the
    /// disk has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses this batch, or the disk has
    /// refused one before.
    pub fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let (outcomes, bytes) = (batch.done.len() as u64, batch.weight() as u64);
        self.check()?;
        self.store.apply(batch)?;
        self.shared.outcomes.applied.fetch_add(outcomes, Ordering::SeqCst);
        self.shared.bytes.applied.fetch_add(bytes, Ordering::SeqCst);
        // Early enough that nobody has to wait for it.
        if !self.has_less_than(MAX_UNFLUSHED / 2, MAX_UNFLUSHED_BYTES / 2) {
            // A thread that has ended left its failure.
            _ = self.kick.send(());
        }
        Ok(())
    }

    /// Whether more may be fetched before the disk has caught up.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.has_less_than(MAX_UNFLUSHED, MAX_UNFLUSHED_BYTES)
    }

    fn has_less_than(&self, outcomes: u64, bytes: u64) -> bool {
        self.shared.outcomes.unflushed() < outcomes && self.shared.bytes.unflushed() < bytes
    }

    /// Whether the disk still takes what it is given.
    ///
    /// # Errors
    /// Its refusal, once.
    pub fn check(&self) -> Result<(), StoreError> {
        self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    /// Flushes once more and ends the thread. Blocks until the disk has all.
    ///
    /// # Errors
    /// The disk's refusal.
    pub fn finish(self) -> Result<(), StoreError> {
        let Self { shared, kick, thread, .. } = self;
        drop(kick);
        match thread.join() {
            Ok(()) => shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err),
            Err(_) => Err(StoreError::Database("the thread that flushes it ended unexpectedly".into())),
        }
    }
}
