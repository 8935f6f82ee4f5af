//! Flushing: what was applied gets to the disk while the crawl goes on.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use forebear_store::{Store, StoreError};
use tokio::sync::watch;

use crate::error::CrawlError;

/// The longest that an applied batch waits for the next flush to begin.
const FLUSH_EVERY: Duration = Duration::from_millis(50);
/// Outcomes that may be applied and unflushed before nothing more is fetched:
/// what a crash costs is bounded by number, however slow the disk is.
const MAX_UNFLUSHED: u64 = 1_024;

/// Flushes the store from a thread of its own, every so often and at the end.
pub(super) struct Flusher {
    shared: Arc<Shared>,
    kick: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    flushed: watch::Receiver<u64>,
}

#[derive(Default)]
struct Shared {
    applied: AtomicU64,
    failure: Mutex<Option<StoreError>>,
}

impl Flusher {
    pub(super) fn start(store: Arc<dyn Store>) -> Self {
        let (kick, kicked) = mpsc::channel::<()>();
        let (told, flushed) = watch::channel(0);
        let shared = Arc::new(Shared::default());
        let mine = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            loop {
                let ending = kicked.recv_timeout(FLUSH_EVERY) == Err(mpsc::RecvTimeoutError::Disconnected);
                let applied = mine.applied.load(Ordering::SeqCst);
                if let Err(error) = store.flush() {
                    *mine.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    told.send_replace(applied);
                    return;
                }
                told.send_replace(applied);
                if ending {
                    return;
                }
            }
        });
        Self { shared, kick: Some(kick), thread: Some(thread), flushed }
    }

    /// Counts outcomes that have been applied.
    pub(super) fn applied(&self, outcomes: usize) {
        self.shared.applied.fetch_add(outcomes as u64, Ordering::SeqCst);
        // Early enough that nobody has to wait for it.
        if self.unflushed() >= MAX_UNFLUSHED / 2
            && let Some(kick) = &self.kick
        {
            // A thread that has ended left its failure.
            _ = kick.send(());
        }
    }

    /// Whether more may be fetched before the disk has caught up.
    pub(super) fn has_room(&self) -> bool {
        self.unflushed() < MAX_UNFLUSHED
    }

    fn unflushed(&self) -> u64 {
        self.shared.applied.load(Ordering::SeqCst).saturating_sub(*self.flushed.borrow())
    }

    /// Returns when the disk has caught up some more, or failed.
    pub(super) async fn changed(&mut self) {
        if self.flushed.changed().await.is_err() {
            // The thread is gone, and `check` says why.
            std::future::pending::<()>().await;
        }
    }

    /// Whether the disk still takes what it is given.
    ///
    /// # Errors
    /// Its refusal.
    pub(super) fn check(&self) -> Result<(), CrawlError> {
        match self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner).take() {
            None => Ok(()),
            Some(error) => Err(error.into()),
        }
    }

    /// Flushes once more and ends the thread.
    pub(super) async fn finish(mut self) -> Result<(), CrawlError> {
        drop(self.kick.take());
        let thread = self.thread.take();
        let joined = tokio::task::spawn_blocking(move || thread.map(JoinHandle::join)).await;
        match joined {
            Ok(Some(Ok(()))) => self.check(),
            _ => Err(CrawlError::Store(StoreError::Row {
                what: "flush",
                reason: "the thread that flushes the store ended unexpectedly".to_owned(),
            })),
        }
    }
}
