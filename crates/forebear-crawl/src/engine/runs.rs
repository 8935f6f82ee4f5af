//! Runs: begun, found again.

use forebear_facts::ahead::is_far;
use forebear_image::Timestamp;
use forebear_store::{Keys, Run, Store, StoreError, Task};

use crate::selection::{Origin, Selection, SelectionKey};

use super::decide::waits;
use super::tally::Tally;

/// Seconds after its start in which an unfinished run may be resumed: 30 days.
const STALE_AFTER: i64 = 30 * 24 * 3_600;

/// A run that is to begin.
pub(super) struct NewRun<'a> {
    pub selection: &'a Selection,
    /// Where the registry is asked.
    pub base_url: &'a str,
    /// Time of its observations.
    pub started: Timestamp,
    /// When this process began.
    pub begun: Timestamp,
    /// Whether what failed before is tried whatever its delay.
    pub retry_failed: bool,
}

/// Begins a run with its first tasks. Repositories that failed before and wait
/// for their next try are left out.
///
/// # Errors
/// The store's.
pub(super) fn begin(store: &dyn Store, new: &NewRun<'_>, tally: &mut Tally<'_>) -> Result<Run, StoreError> {
    let tasks = first_tasks(store, new, tally)?;
    store.begin(new.selection.key_at(new.base_url).to_string(), new.started, tasks)
}

/// Gives a run that is resumed its first tasks again, where its frontier was lost.
///
/// # Errors
/// The store's.
pub(super) fn begin_again(
    store: &dyn Store,
    run: &Run,
    new: &NewRun<'_>,
    tally: &mut Tally<'_>,
) -> Result<(), StoreError> {
    if store.has_first_tasks(run.id)? {
        return Ok(());
    }
    let tasks = first_tasks(store, new, tally)?;
    store.begin_again(run.id, tasks)
}

fn first_tasks(store: &dyn Store, new: &NewRun<'_>, tally: &mut Tally<'_>) -> Result<Vec<Task>, StoreError> {
    let (mut tasks, mut left_alone) = (Vec::new(), Vec::new());
    match new.selection.origin() {
        Origin::Repositories(names) => {
            let all: Vec<Task> = names.into_iter().map(|repository| Task::Tags { repository }).collect();
            let keys = Keys { failures: all.iter().map(Task::subject).collect(), ..Keys::default() };
            for (task, failure) in all.into_iter().zip(store.look_up(&keys)?.failures) {
                match failure.and_then(|failure| waits(&failure, new.begun, new.retry_failed)) {
                    Some(item) => left_alone.push(item),
                    None => tasks.push(task),
                }
            }
        }
        // Without its list a run could do nothing at all.
        Origin::Namespaces(names) => {
            tasks.extend(names.into_iter().map(|namespace| Task::Namespace { namespace, cursor: None }));
        }
        Origin::Catalog => tasks.push(Task::Catalog { cursor: None }),
    }
    tally.begin(&tasks, &left_alone);
    Ok(tasks)
}

/// The unfinished run of this selection at this address. Those that are too old
/// are ended.
///
/// # Errors
/// The store's.
pub(super) fn unfinished(
    store: &dyn Store,
    selection: &Selection,
    base_url: &str,
    now: Timestamp,
) -> Result<Option<Run>, StoreError> {
    let mut runs = store.runs()?;
    for run in runs.iter_mut().filter(|run| !run.finished && is_stale(run, now)) {
        tracing::warn!(started = %run.started, "an unfinished run is too old to be resumed");
        store.end(run)?;
        run.finished = true;
    }
    let key = selection.key_at(base_url);
    let is_same = |run: &Run| SelectionKey::parse(&run.selection).is_some_and(|other| key.resumes(&other));
    Ok(runs.into_iter().rev().find(|run| !run.finished && is_same(run)))
}

/// Whether a run began too long ago: what is seen from now on would be recorded
/// as seen then. Of a selection that is not used any more nobody else would
/// clear up what it left.
fn is_stale(run: &Run, now: Timestamp) -> bool {
    now.seconds.saturating_sub(run.started.seconds) > STALE_AFTER
}

/// What is to be said where an earlier run of this registry has a later time than
/// this one: the clock was set back, or `now` was given so; or it was ahead then.
///
/// # Errors
/// The store's.
pub(super) fn later(
    store: &dyn Store,
    started: Timestamp,
    selection: &Selection,
) -> Result<Option<String>, StoreError> {
    let is_here = |run: &Run| {
        SelectionKey::parse(&run.selection).is_some_and(|other| other.registry() == selection.key().registry())
    };
    let starts: Vec<Timestamp> = store.runs()?.into_iter().filter(is_here).map(|run| run.started).collect();
    let Some(last) = starts.iter().copied().max().filter(|last| *last > started) else { return Ok(None) };
    if !is_far(last, started) || started.is_placeholder() {
        return Ok(Some(format!(
            "this run's time, {started}, is before that of an earlier one, {last}: what is seen again keeps its \
             times, and what moved is recorded a second after it was last seen. If the clock or --now is wrong, set it \
             right and run again"
        )));
    }
    // Of runs that are long over it was said by the first after them.
    let is_told = starts.iter().rev().find(|other| **other != started).is_some_and(|before| *before < last);
    Ok((!is_told).then(|| {
        format!(
            "an earlier run was at {last}, long after this one, {started}: the clock, or --now, was ahead then. \
             Nothing need be done: what it saw keeps its order, and an index has times of this run and those that \
             follow instead"
        )
    }))
}
