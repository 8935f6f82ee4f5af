//! What a run has still to do, for who only looks.

use forebear_store::{RunId, Stage, Store, StoreError, Task};

/// Tasks that are read at once.
const AT_ONCE: usize = 4_096;

/// Gives each pending task of a stage, whoever works on it.
///
/// # Errors
/// The store's.
pub(crate) fn pending(
    store: &dyn Store,
    run: RunId,
    stage: Stage,
    mut each: impl FnMut(&Task),
) -> Result<(), StoreError> {
    let mut after: Option<Task> = None;
    loop {
        let tasks = store.pending(run, stage, after.as_ref(), AT_ONCE)?;
        tasks.iter().for_each(&mut each);
        if tasks.len() < AT_ONCE {
            return Ok(());
        }
        after = tasks.into_iter().next_back();
    }
}
