//! The engine: one coordinator that owns the frontier and writes the store,
//! and a bounded number of fetches that only talk to the registry.

mod absorb;
mod below;
mod drive;
mod failing;
mod fetch;
mod flusher;
mod frontier;
mod gathered;
mod hold_keeper;
mod holds;
mod lists;
mod provenance;
mod ready;
mod seen;
mod settled;
mod tags;

use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_image::Timestamp;
use forebear_registry::Registry;
use forebear_store::{Batch, Run, Store, Task};
use tokio::sync::watch;

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::progress::Progress;
use crate::report::{RunReport, Stop};
use crate::selection::{Origin, Selection, registry_of};
use crate::signal::Signal;

use absorb::Absorber;
use drive::Drive;
use flusher::Flusher;
use holds::Holds;

/// Seconds after its start in which an unfinished run may be gone on with: 30
/// days.
const STALE_AFTER: i64 = 30 * 24 * 3_600;

/// How to crawl.
pub struct CrawlOptions<'a> {
    /// What to walk.
    pub selection: &'a Selection,
    /// Time of the run's observations, in whole seconds; a resumed run keeps
    /// its own. What failed before is tried again when it is due at this time.
    pub now: Timestamp,
    /// Becomes true when the run should finish what is in flight and end.
    pub stop: watch::Receiver<bool>,
    /// Where progress goes.
    pub progress: &'a dyn Progress,
    /// What to do at a registry's limit.
    pub on_limit: OnLimit,
    /// How long this process may take, waits included, before it ends as it
    /// does when told to stop.
    pub max_duration: Option<Duration>,
    /// Tries what failed before whatever its delay, parked items too.
    pub retry_failed: bool,
}

impl<'a> CrawlOptions<'a> {
    /// Crawls to the end, or to the registry's limit.
    #[must_use]
    pub fn new(
        selection: &'a Selection,
        now: Timestamp,
        stop: watch::Receiver<bool>,
        progress: &'a dyn Progress,
    ) -> Self {
        let on_limit = OnLimit::default();
        Self { selection, now, stop, progress, on_limit, max_duration: None, retry_failed: false }
    }
}

/// Crawls a registry into a store, or goes on with an unfinished run of the
/// same selection. Everything fetched is flushed when this returns.
///
/// # Errors
/// [`CrawlError`] when nothing can be crawled at all or the store fails.
/// Items that fail are rows of the report.
pub async fn crawl(
    store: Arc<dyn Store>,
    registry: &Registry,
    options: CrawlOptions<'_>,
) -> Result<RunReport, CrawlError> {
    let begun = Instant::now();
    let ends = options.max_duration.and_then(|most| begun.checked_add(most));
    let mut signal = Signal::new(options.stop);
    let holds = Holds::new(&store, registry)?;
    let holds_at_end = holds.clone();
    let until = (&mut signal, ends);
    let not_begun = ready::ready(registry, &holds, options.on_limit, options.progress, until).await?;
    // A run that sends nothing is none: its time would be that of the next.
    let (run, resumed) = unfinished(&*store, options.selection, registry.base_url(), options.now)?;
    let asked = (registry.base_url().to_owned(), registry.name().clone());
    let mut absorber = Absorber::new(&*store, options.selection, options.progress, asked, (run.id, run.started))?;
    absorber.begun = options.now;
    absorber.retry_failed = options.retry_failed;
    absorber.resumed = resumed;
    if let Some(last) = later_run(&*store, &run, options.selection)? {
        let message = format!("this run's time, {}, is before that of an earlier one, {last}", run.started);
        absorber.warn(registry.name().as_str(), "clock", message);
    }
    let stopped = match not_begun {
        Some(stop) => Some(stop),
        None => {
            if !resumed {
                begin(&*store, options.selection, &run, &mut absorber)?;
            }
            let flusher = Flusher::start(Arc::clone(&store));
            let until = (signal, ends);
            let mut drive = Drive::new(&mut absorber, registry, run.id, options.on_limit, flusher, holds, until);
            let driven = drive.run().await;
            // The disk's refusal is the cause of what else failed.
            drive.finish().await?;
            driven?
        }
    };
    holds_at_end.keep_short()?;
    let open = store.pending_count(run.id)?;
    if stopped.is_none() {
        absorber.settle()?;
        finish(&*store, &run)?;
        store.flush()?;
    }
    Ok(report(absorber, registry, &run, resumed, begun, stopped, open))
}

fn report(
    absorber: Absorber<'_>,
    registry: &Registry,
    run: &Run,
    resumed: bool,
    begun: Instant,
    stopped: Option<Stop>,
    open: u64,
) -> RunReport {
    let counts = absorber.counts;
    let requests = registry.host().statistics();
    let fetched = requests.manifest_get + requests.config + requests.blob;
    let changes = counts.tags.new + counts.tags.moved + counts.tags.gone;
    RunReport {
        registry: registry.base_url().to_owned(),
        stored_as: registry.name().clone(),
        started: run.started,
        resumed,
        duration: begun.elapsed(),
        repositories: counts.snapshot.repositories_done,
        tags: counts.snapshot.tags_done,
        tag_changes: counts.tags,
        unchanged: stopped.is_none()
            && !resumed
            && fetched == 0
            && changes == 0
            && counts.failures.is_empty()
            && counts.delayed == 0,
        images_new: counts.snapshot.images_new,
        images_known: counts.snapshot.images_known,
        other_platform: counts.other_platform,
        manifests_new: counts.manifests_new,
        artifacts: counts.artifacts,
        attestations: counts.attestations,
        gone: counts.gone,
        ended: counts.ended,
        rejected_names: counts.rejected_names,
        delayed: counts.delayed,
        parked: counts.parked,
        warnings: counts.warnings,
        warned: counts.warned,
        requests,
        quota: registry.host().quota(),
        failures: counts.failures,
        first_failure: counts.first_failure,
        stopped,
        open,
    }
}

/// Begins a run with its first tasks. Repositories that failed before and wait
/// for their next try are left out.
fn begin(store: &dyn Store, selection: &Selection, run: &Run, absorber: &mut Absorber<'_>) -> Result<(), CrawlError> {
    let tasks: Vec<Task> = match selection.origin() {
        Origin::Repositories(names) => names.into_iter().map(|repository| Task::Tags { repository }).collect(),
        Origin::Namespaces(names) => {
            names.into_iter().map(|namespace| Task::Namespace { namespace, cursor: None }).collect()
        }
        Origin::Catalog => vec![Task::Catalog { cursor: None }],
    };
    let mut batch = Batch::of(run.id);
    batch.runs.push(run.clone());
    for task in tasks {
        if !absorber.is_delayed(&task)? {
            batch.tasks.push(task);
        }
    }
    absorber.counts.snapshot.open += batch.tasks.len() as u64;
    Ok(store.apply(batch)?)
}

/// Ends a run, whatever it has left to do.
fn finish(store: &dyn Store, run: &Run) -> Result<(), CrawlError> {
    // First, so that a crash between the two leaves nothing behind for ever.
    store.forget_run(run.id)?;
    let mut batch = Batch::of(run.id);
    batch.runs.push(Run { finished: true, ..run.clone() });
    Ok(store.apply(batch)?)
}

/// Whether a run began too long ago: what is seen from now on would be recorded
/// as seen then. Of a selection that is not used any more nobody else would
/// clear up what it left.
fn is_stale(run: &Run, now: Timestamp) -> bool {
    now.seconds.saturating_sub(run.started.seconds) > STALE_AFTER
}

/// The unfinished run of this selection at this address, or one that could be
/// begun.
fn unfinished(
    store: &dyn Store,
    selection: &Selection,
    base_url: &str,
    now: Timestamp,
) -> Result<(Run, bool), CrawlError> {
    let mut runs = store.runs()?;
    for run in runs.iter_mut().filter(|run| !run.finished && is_stale(run, now)) {
        tracing::warn!(started = %run.started, "an unfinished run is too old to be gone on with");
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
fn later_run(store: &dyn Store, run: &Run, selection: &Selection) -> Result<Option<Timestamp>, CrawlError> {
    let registry = registry_of(&selection.identity());
    let runs = store.runs()?.into_iter().filter(|other| registry_of(&other.selection) == registry);
    Ok(runs.map(|other| other.started).max().filter(|last| *last > run.started))
}
