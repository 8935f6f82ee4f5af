//! Runs: begun, found again, finished.

use forebear_image::Timestamp;
use forebear_store::{Batch, Keys, Run, Store, StoreError, Task};

use crate::selection::{Origin, Selection, registry_of};

use super::context::Context;
use super::decide::first;
use super::frontier::Frontier;
use super::known::{Known, LookedUp};
use super::tally::Tally;

/// Seconds after its start in which an unfinished run may be resumed: 30
/// days.
const STALE_AFTER: i64 = 30 * 24 * 3_600;

/// Begins a run with its first tasks. Repositories that failed before and wait
/// for their next try are left out.
pub(super) fn begin(store: &dyn Store, context: &Context, run: &Run, tally: &mut Tally<'_>) -> Result<(), StoreError> {
    let tasks: Vec<Task> = match context.selection.origin() {
        Origin::Repositories(names) => names.into_iter().map(|repository| Task::Tags { repository }).collect(),
        Origin::Namespaces(names) => {
            names.into_iter().map(|namespace| Task::Namespace { namespace, cursor: None }).collect()
        }
        Origin::Catalog => vec![Task::Catalog { cursor: None }],
    };
    let keys = Keys { failures: tasks.iter().map(Task::subject).collect(), ..Keys::default() };
    let failures = store.look_up(&keys)?.failures.into_iter().flatten();
    let failures = failures.map(|failure| (failure.subject.clone(), failure)).collect();
    let frontier = Frontier::new(run.id);
    let known = Known::new(LookedUp { failures, ..LookedUp::default() }, &frontier);
    let effects = first(tasks, &known, context);
    tally.begin(&effects);
    let (runs, tasks) = (vec![run.clone()], effects.tasks);
    store.apply(Batch { runs, tasks, ..Batch::of(run.id) })
}

/// Ends a run, whatever it has left to do.
pub(super) fn finish(store: &dyn Store, run: &Run) -> Result<(), StoreError> {
    // First, so that a crash between the two leaves nothing behind for ever.
    store.forget_run(run.id)?;
    let mut batch = Batch::of(run.id);
    batch.runs.push(Run { finished: true, ..run.clone() });
    store.apply(batch)
}

/// Whether a run began too long ago: what is seen from now on would be recorded
/// as seen then. Of a selection that is not used any more nobody else would
/// clear up what it left.
fn is_stale(run: &Run, now: Timestamp) -> bool {
    now.seconds.saturating_sub(run.started.seconds) > STALE_AFTER
}

/// The unfinished run of this selection at this address, or one that could be
/// begun.
pub(super) fn unfinished(
    store: &dyn Store,
    selection: &Selection,
    base_url: &str,
    now: Timestamp,
) -> Result<(Run, bool), StoreError> {
    let mut runs = store.runs()?;
    for run in runs.iter_mut().filter(|run| !run.finished && is_stale(run, now)) {
        tracing::warn!(started = %run.started, "an unfinished run is too old to be resumed");
        finish(store, run)?;
        run.finished = true;
    }
    let identity = selection.identity_at(base_url);
    // Earlier versions did not write the address down.
    let old = selection.identity();
    let is_same = |run: &&Run| run.selection == identity || run.selection == old;
    if let Some(run) = runs.iter().rev().filter(|run| !run.finished).find(is_same) {
        return Ok((run.clone(), true));
    }
    let id = runs.last().map_or(1, |last| last.id + 1);
    let started = Timestamp { nanos: 0, ..now };
    Ok((Run { id, selection: identity, started, finished: false }, false))
}

/// The latest time of a run of this registry, if it is later than this one's:
/// the clock was set back, or `now` was given so.
pub(super) fn later(store: &dyn Store, run: &Run, selection: &Selection) -> Result<Option<Timestamp>, StoreError> {
    let registry = registry_of(&selection.identity());
    let runs = store.runs()?.into_iter().filter(|other| registry_of(&other.selection) == registry);
    Ok(runs.map(|other| other.started).max().filter(|last| *last > run.started))
}
