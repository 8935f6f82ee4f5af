//! What a run has still to do, for who only looks.

use forebear_image::Timestamp;
use forebear_store::{Claim, RunId, Stage, Store, StoreError, Task, WorkerId};

use crate::clock::wall_clock;

/// Tasks that are read at once.
const AT_ONCE: usize = 4_096;

/// Seconds that this may take.
const LEASE: i64 = 60;

/// Gives each task of a stage that nobody works on. They are claimed for as long as
/// this looks, and nobody's again when it returns.
///
/// # Errors
/// The store's.
pub(crate) fn pending(
    store: &dyn Store,
    run: RunId,
    stage: Stage,
    mut each: impl FnMut(&Task),
) -> Result<(), StoreError> {
    let (worker, now) = (WorkerId::random(), wall_clock());
    let until = Timestamp { seconds: now.seconds.saturating_add(LEASE), ..now };
    let claim = Claim { run, stage, worker, now, until, limit: AT_ONCE };
    let read = loop {
        match store.claim(&claim) {
            Err(error) => break Err(error),
            Ok(tasks) => {
                tasks.iter().for_each(&mut each);
                if tasks.len() < AT_ONCE {
                    break Ok(());
                }
            }
        }
    };
    store.release(run, worker)?;
    read
}
