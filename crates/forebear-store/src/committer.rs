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

/// Applies batches, and flushes the store from a thread of its own, every so
/// often and at the end.
pub struct Committer {
    store: Arc<dyn Store>,
    shared: Arc<Shared>,
    kick: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

/// Tasks done, as batches are applied and flushed.
#[derive(Default)]
struct Shared {
    applied: AtomicU64,
    flushed: AtomicU64,
    failure: Mutex<Option<StoreError>>,
}

impl Committer {
    /// Begins to flush. `flushed` is called, from the thread that flushes, each
    /// time the disk has caught up or failed; it should return at once.
    pub fn start(store: Arc<dyn Store>, flushed: impl Fn() + Send + 'static) -> Self {
        let (kick, kicked) = mpsc::channel::<()>();
        let shared = Arc::new(Shared::default());
        let (mine, disk) = (Arc::clone(&shared), Arc::clone(&store));
        let thread = std::thread::spawn(move || {
            loop {
                let ending = kicked.recv_timeout(FLUSH_EVERY) == Err(mpsc::RecvTimeoutError::Disconnected);
                let applied = mine.applied.load(Ordering::SeqCst);
                let done = disk.flush();
                let failed = done.is_err();
                if let Err(error) = done {
                    *mine.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
                mine.flushed.store(applied, Ordering::SeqCst);
                flushed();
                if ending || failed {
                    return;
                }
            }
        });
        Self { store, shared, kick, thread }
    }

    /// Applies a batch. It is visible at once, and counts as unflushed until the
    /// disk has it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses this batch, or the disk has
    /// refused one before.
    pub fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let outcomes = batch.done.len() as u64;
        self.check()?;
        self.store.apply(batch)?;
        self.shared.applied.fetch_add(outcomes, Ordering::SeqCst);
        // Early enough that nobody has to wait for it.
        if self.unflushed() >= MAX_UNFLUSHED / 2 {
            // A thread that has ended left its failure.
            _ = self.kick.send(());
        }
        Ok(())
    }

    /// Whether more may be fetched before the disk has caught up.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.unflushed() < MAX_UNFLUSHED
    }

    fn unflushed(&self) -> u64 {
        let flushed = self.shared.flushed.load(Ordering::SeqCst);
        self.shared.applied.load(Ordering::SeqCst).saturating_sub(flushed)
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
