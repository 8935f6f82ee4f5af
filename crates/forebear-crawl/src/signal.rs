//! Being told to stop.

use tokio::sync::watch;

/// What others tell the run to do.
pub(crate) struct Signal {
    stop: watch::Receiver<bool>,
    /// Whether whoever could tell is still there.
    listening: bool,
}

impl Signal {
    pub(crate) fn new(stop: watch::Receiver<bool>) -> Self {
        Self { stop, listening: true }
    }

    /// Returns when the run is told to stop.
    pub(crate) async fn told(&mut self) {
        loop {
            if *self.stop.borrow_and_update() {
                return;
            }
            if !self.listening || self.stop.changed().await.is_err() {
                self.listening = false;
                std::future::pending::<()>().await;
            }
        }
    }
}
