//! One large document at a time.

use forebear_image::limits::LARGE;
use tokio::sync::{Semaphore, SemaphorePermit};

static TURN: Semaphore = Semaphore::const_new(1);

/// The turn of a large document, from before it is parsed until what it says is
/// applied: of what is parsed and not written, no more than one is in memory.
///
/// Nobody may wait for the registry with it: bodies that are fetched wait for it.
#[derive(Debug, Default)]
pub(super) struct Turn(Option<SemaphorePermit<'static>>);

impl Turn {
    /// Waits for the turn of a document of this many bytes; a small one has none
    /// to wait for.
    pub(super) async fn wait(&mut self, bytes: usize) {
        if bytes > LARGE {
            self.take().await;
        }
    }

    /// Waits for the turn of whatever document.
    pub(super) async fn take(&mut self) {
        if self.0.is_none() {
            // Nobody closes it.
            self.0 = TURN.acquire().await.ok();
        }
    }

    /// Gives it to the next.
    pub(super) fn pass(&mut self) {
        self.0 = None;
    }

    /// Whether somebody may be waiting for it.
    pub(super) fn is_held(&self) -> bool {
        self.0.is_some()
    }
}
