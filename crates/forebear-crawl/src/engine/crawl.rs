//! A run, from its options to its report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_image::Timestamp;
use forebear_registry::Registry;
use forebear_store::{Stage, Store};
use tokio::sync::watch;

use crate::blocking;
use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::pending;
use crate::progress::{Progress, Snapshot};
use crate::report::RunReport;
use crate::selection::Selection;
use crate::signal::Signal;

use super::context::Context;
use super::coordinator::Coordinator;
use super::effects::Warned;
use super::halts::Halts;
use super::holds::Holds;
use super::runs::NewRun;
use super::summary::{Ended, report};
use super::tally::Tally;
use super::write_batcher::WriteBatcher;
use super::{absences, ready, resolved, runs};

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
    /// Asks although the registry told an earlier process not to yet.
    pub ignore_hold: bool,
    /// What the process before this one told last, of whichever run.
    pub before: Snapshot,
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
        let (max_duration, retry_failed, ignore_hold) = (None, false, false);
        let before = Snapshot::default();
        Self { selection, now, stop, progress, on_limit, max_duration, retry_failed, ignore_hold, before }
    }
}

/// Crawls a registry into a store, or resumes an unfinished run of the same
/// selection. Everything fetched is on the disk when this returns.
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
    // What is kept of it goes by this: on loopback it may turn out to speak TLS.
    let base_url = registry.base_url().to_owned();
    let holds = Holds::new(&store, registry, options.ignore_hold)?;
    let until = (&mut signal, ends);
    let not_begun = ready::ready(registry, &holds, options.on_limit, options.progress, until).await?;
    // A run that sends nothing is none: its time would be that of the next.
    let unfinished = runs::unfinished(&*store, options.selection, &base_url, options.now)?;
    let resumed = unfinished.is_some();
    let started = unfinished.as_ref().map_or(Timestamp { nanos: 0, ..options.now }, |run| run.started);
    let pending = unfinished.as_ref().map_or(Ok(0), |run| store.pending_count(run.id))?;
    let before = Some(options.before).filter(|before| resumed && before.run == Some(started)).unwrap_or_default();
    let mut tally = Tally::new(options.progress, pending, Snapshot { run: Some(started), ..before });
    if let Some(run) = &unfinished {
        let mut lists = 0;
        pending::pending(&*store, run.id, Stage::Catalog, |_| lists += 1)?;
        tally.resume(lists);
    }
    if let Some(message) = runs::later(&*store, started, options.selection)? {
        let subject = registry.name().to_string();
        tally.warn(&Warned { subject, kind: "clock", message, once: false });
    }
    if let Some(stop) = not_begun {
        holds.keep_short()?;
        let (duration, stopped) = (begun.elapsed(), Some(stop));
        return Ok(report(
            tally,
            registry,
            Ended { started, resumed, duration, stopped, open: pending, matched_nothing: false },
        ));
    }
    let (retry_failed, base_url) = (options.retry_failed, base_url.as_str());
    let new = NewRun { selection: options.selection, base_url, started, begun: options.now, retry_failed };
    let run = match unfinished {
        Some(run) => {
            runs::begin_again(&*store, &run, &new, &mut tally)?;
            run
        }
        None => runs::begin(&*store, &new, &mut tally)?,
    };
    let context = Arc::new(Context {
        selection: options.selection.clone(),
        registry: base_url.to_owned(),
        stored_as: registry.name().clone(),
        run: run.id,
        now: started,
        begun: options.now,
        retry_failed,
        resumed,
    });
    let batcher = WriteBatcher::new(Arc::clone(&store), Arc::clone(&context), store.has_failures()?)?;
    let halts = Halts::new(holds.clone(), options.on_limit, signal, ends);
    let mut coordinator = Coordinator::new(registry, batcher, halts, &mut tally);
    let driven = coordinator.run().await;
    // The disk's refusal is the cause of what else failed.
    let unmatched = coordinator.finish().await?;
    let stopped = driven?;
    holds.keep_short()?;
    let open = store.pending_count(run.id)?;
    // What is counted on the way may be off by what came twice.
    tally.snapshot.open = open;
    tally.tell();
    let mut matched_nothing = false;
    if stopped.is_none() {
        // One that was resumed had its lists before.
        matched_nothing = !resumed && tally.failures.is_empty() && unmatched.settle(options.selection, &mut tally);
        absences::settle(&*store, &context, &mut tally)?;
        resolved::drop_resolved(&*store, &context, &tally)?;
        store.end(&run)?;
    }
    {
        let store = Arc::clone(&store);
        blocking::run(move || store.checkpoint()).await?;
    }
    Ok(report(tally, registry, Ended { started, resumed, duration: begun.elapsed(), stopped, open, matched_nothing }))
}
