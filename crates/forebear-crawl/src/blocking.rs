//! Work that waits for a disk, or keeps a core busy, away from the threads that
//! fetch.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;

use tokio::sync::oneshot;

/// Does some such work on a thread of its own; on a machine that has none left, at
/// once. tokio's own pool would wait there for a thread that never comes.
///
/// # Panics
/// As the work does.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = oneshot::channel();
    let work = Arc::new(Mutex::new(Some(work)));
    let taken = Arc::clone(&work);
    let take = |work: &Mutex<Option<_>>| work.lock().unwrap_or_else(PoisonError::into_inner).take();
    let thread = Builder::new().name("work".to_owned()).spawn(move || {
        let work = take(&taken);
        let done = work.map(|work| catch_unwind(AssertUnwindSafe(work)));
        // Who gave the work may have gone.
        _ = sender.send(done);
    });
    if let Err(error) = &thread {
        tracing::debug!(%error, "no thread to be had: the work is done in place");
    }
    let done = match thread {
        Ok(_) => receiver.await.ok().flatten(),
        Err(_) => None,
    };
    match (done, take(&work)) {
        (Some(Ok(done)), _) => done,
        (Some(Err(panic)), _) => resume_unwind(panic),
        (None, Some(work)) => work(),
        (None, None) => unreachable!("a thread that took the work ends with what came of it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_panics_are_its_own() {
        assert_eq!(run(|| 1 + 1).await, 2);
        let panicked = tokio::spawn(run(|| -> u32 { panic!("odd") })).await;
        assert!(panicked.is_err_and(|error| error.is_panic()));
    }
}
