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
use forebear_store::{Run, RunId, Store, Task};
use tokio::sync::watch;

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::progress::Progress;
use crate::report::{RunReport, Stop};
use crate::selection::{Origin, Selection, SelectionKey};
use crate::signal::Signal;

use absorb::Absorber;
use drive::Drive;
use flusher::Flusher;
use holds::Holds;

/// Seconds after its start in which an unfinished run may be resumed: 30 days.
const STALE_AFTER: i64 = 30 * 24 * 3_600;
/// The number of no run: numbers count from 1.
const NOT_BEGUN: RunId = 0;

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
    let unfinished = unfinished(&*store, options.selection, registry.base_url(), options.now)?;
    let resumed = unfinished.is_some();
    let started = unfinished.as_ref().map_or(Timestamp { nanos: 0, ..options.now }, |run| run.started);
    let asked = (registry.base_url().to_owned(), registry.name().clone());
    let number = unfinished.as_ref().map_or(NOT_BEGUN, |run| run.id);
    let mut absorber = Absorber::new(&*store, options.selection, options.progress, asked, (number, started))?;
    absorber.begun = options.now;
    absorber.retry_failed = options.retry_failed;
    absorber.resumed = resumed;
    if let Some(last) = later_run(&*store, started, options.selection)? {
        let message = format!("this run's time, {started}, is before that of an earlier one, {last}");
        absorber.warn(registry.name().as_str(), "clock", message);
    }
    let (run, stopped) = match not_begun {
        Some(stop) => (unfinished, Some(stop)),
        None => {
            let run = match unfinished {
                Some(run) => run,
                None => begin(&*store, options.selection, registry.base_url(), started, &mut absorber)?,
            };
            let flusher = Flusher::start(Arc::clone(&store));
            let until = (signal, ends);
            let mut drive = Drive::new(&mut absorber, registry, run.id, options.on_limit, flusher, holds, until);
            let driven = drive.run().await;
            // The disk's refusal is the cause of what else failed.
            drive.finish().await?;
            (Some(run), driven?)
        }
    };
    holds_at_end.keep_short()?;
    let open = run.as_ref().map_or(Ok(0), |run| store.pending_count(run.id))?;
    if let (Some(run), None) = (&run, &stopped) {
        absorber.settle()?;
        store.end_run(run)?;
        store.flush()?;
    }
    Ok(report(absorber, registry, started, resumed, begun, stopped, open))
}

fn report(
    absorber: Absorber<'_>,
    registry: &Registry,
    started: Timestamp,
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
        started,
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
fn begin(
    store: &dyn Store,
    selection: &Selection,
    base_url: &str,
    started: Timestamp,
    absorber: &mut Absorber<'_>,
) -> Result<Run, CrawlError> {
    let tasks: Vec<Task> = match selection.origin() {
        Origin::Repositories(names) => {
            let mut tasks = Vec::with_capacity(names.len());
            for repository in names {
                let task = Task::Tags { repository };
                let failure = if absorber.has_failures { store.failure(&task.subject())? } else { None };
                if !failure.is_some_and(|failure| absorber.waits(&failure)) {
                    tasks.push(task);
                }
            }
            tasks
        }
        // Without its list a run could do nothing at all.
        Origin::Namespaces(names) => {
            names.into_iter().map(|namespace| Task::Namespace { namespace, cursor: None }).collect()
        }
        Origin::Catalog => vec![Task::Catalog { cursor: None }],
    };
    absorber.counts.snapshot.open += tasks.len() as u64;
    let run = store.begin_run(selection.key_at(base_url).to_string(), started, tasks)?;
    absorber.run = run.id;
    Ok(run)
}

/// Whether a run began too long ago: what is seen from now on would be recorded
/// as seen then. Of a selection that is not used any more nobody else would
/// clear up what it left.
fn is_stale(run: &Run, now: Timestamp) -> bool {
    now.seconds.saturating_sub(run.started.seconds) > STALE_AFTER
}

/// The unfinished run of this selection at this address.
fn unfinished(
    store: &dyn Store,
    selection: &Selection,
    base_url: &str,
    now: Timestamp,
) -> Result<Option<Run>, CrawlError> {
    let mut runs = store.runs()?;
    for run in runs.iter_mut().filter(|run| !run.finished && is_stale(run, now)) {
        tracing::warn!(started = %run.started, "an unfinished run is too old to be resumed");
        store.end_run(run)?;
        run.finished = true;
    }
    let key = selection.key_at(base_url);
    let is_same = |run: &Run| SelectionKey::parse(&run.selection).is_some_and(|other| key.resumes(&other));
    Ok(runs.into_iter().rev().find(|run| !run.finished && is_same(run)))
}

/// The latest time of a run of this registry, if it is later than this one's:
/// the clock was set back, or `now` was given so.
fn later_run(store: &dyn Store, started: Timestamp, selection: &Selection) -> Result<Option<Timestamp>, CrawlError> {
    let is_here = |run: &Run| {
        SelectionKey::parse(&run.selection).is_some_and(|other| other.registry() == selection.key().registry())
    };
    let last = store.runs()?.into_iter().filter(is_here).map(|other| other.started).max();
    Ok(last.filter(|last| *last > started))
}
