//! The engine: one coordinator that owns the frontier and writes the store,
//! and a bounded number of fetches that only talk to the registry.

mod absorb;
mod fetch;
mod frontier;
mod provenance;

use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_image::Timestamp;
use forebear_registry::{Ping, Registry};
use forebear_store::{Batch, Run, Store, Task};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::error::CrawlError;
use crate::progress::Progress;
use crate::report::{RunReport, Stop};
use crate::selection::Selection;

use absorb::Absorber;
use fetch::Outcome;
use frontier::Frontier;

/// Outcomes gathered into one batch, about.
const BATCH: usize = 256;
/// The longest that an outcome waits for others before it is applied.
const GATHER_FOR: Duration = Duration::from_millis(50);
/// The longest that an applied batch stays unflushed.
const FLUSH_EVERY: Duration = Duration::from_millis(50);

/// How to crawl.
pub struct CrawlOptions<'a> {
    /// What to walk.
    pub selection: &'a Selection,
    /// Time of the run's observations, in whole seconds; a resumed run keeps
    /// its own.
    pub now: Timestamp,
    /// Becomes true when the run should finish what is in flight and end.
    pub stop: watch::Receiver<bool>,
    /// Where progress goes.
    pub progress: &'a dyn Progress,
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
    mut options: CrawlOptions<'_>,
) -> Result<RunReport, CrawlError> {
    let begun = Instant::now();
    if let Ping::NeedsCredentials { .. } = registry.ping().await? {
        return Err(CrawlError::NeedsCredentials { host: registry.base_url().to_owned() });
    }
    let (run, resumed) = begin(&*store, options.selection, options.now)?;
    let asked = (registry.base_url().to_owned(), registry.name().to_owned());
    let mut absorber = Absorber::new(&*store, options.selection, options.progress, asked, (run.id, run.started))?;
    let mut frontier = Frontier::new(run.id);
    let flusher = Flusher::start(Arc::clone(&store));
    let stopped = drive(&mut absorber, &mut frontier, registry, run.id, &mut options.stop).await;
    flusher.finish().await?;
    let stopped = stopped?;
    let open = store.pending_count(run.id)?;
    if stopped.is_none() {
        let mut batch = Batch::of(run.id);
        batch.runs.push(Run { finished: true, ..run.clone() });
        store.apply(batch)?;
        store.flush()?;
    }
    let counts = absorber.counts;
    Ok(RunReport {
        registry: registry.base_url().to_owned(),
        stored_as: registry.name().to_owned(),
        started: run.started,
        resumed,
        duration: begun.elapsed(),
        repositories: counts.snapshot.repositories_done,
        tags: counts.snapshot.tags_done,
        images_new: counts.snapshot.images_new,
        images_known: counts.snapshot.images_known,
        manifests_new: counts.manifests_new,
        artifacts: counts.artifacts,
        attestations: counts.attestations,
        gone: counts.gone,
        ended: counts.ended,
        rejected_names: counts.rejected_names,
        requests: registry.host().statistics(),
        failures: counts.failures,
        first_failure: counts.first_failure,
        stopped,
        open,
    })
}

/// The unfinished run of this selection, or a new one with its first tasks.
fn begin(store: &dyn Store, selection: &Selection, now: Timestamp) -> Result<(Run, bool), CrawlError> {
    let runs = store.runs()?;
    let identity = selection.identity();
    if let Some(run) = runs.iter().rev().find(|run| !run.finished && run.selection == identity) {
        return Ok((run.clone(), true));
    }
    let id = runs.last().map_or(1, |last| last.id + 1);
    let started = Timestamp { nanos: 0, ..now };
    let run = Run { id, selection: identity, started, finished: false };
    let mut batch = Batch::of(id);
    batch.runs.push(run.clone());
    match selection.exact_repositories() {
        Some(names) => batch.tasks.extend(names.into_iter().map(|repository| Task::Tags { repository })),
        None => batch.tasks.push(Task::Catalog { cursor: None }),
    }
    store.apply(batch)?;
    Ok((run, false))
}

/// Runs the frontier dry, or until something stops it.
async fn drive(
    absorber: &mut Absorber<'_>,
    frontier: &mut Frontier,
    registry: &Registry,
    run: u64,
    stop: &mut watch::Receiver<bool>,
) -> Result<Option<Stop>, CrawlError> {
    let permits = registry.host().concurrency();
    // A few more than permits, so that a permit never waits for the
    // coordinator.
    let at_once = permits * 2;
    let (sender, mut outcomes) = mpsc::channel::<(Task, Outcome)>(BATCH);
    let mut fetches = JoinSet::new();
    let mut stopped: Option<Stop> = None;
    let mut in_flight = 0_usize;
    let mut may_stop = true;
    let mut gathered = Gathered::new(run);
    loop {
        while stopped.is_none() && in_flight < at_once {
            let Some(task) = frontier.next(absorber.store)? else { break };
            let (registry, sender) = (registry.clone(), sender.clone());
            in_flight += 1;
            fetches.spawn(async move {
                let outcome = fetch::fetch(&registry, &task).await;
                // The coordinator outlives its fetches.
                _ = sender.send((task, outcome)).await;
            });
        }
        // Nothing else can be sent, but what is gathered holds new tasks.
        let starving = in_flight <= permits && !gathered.batch.tasks.is_empty();
        if in_flight == 0 || starving || gathered.is_due() {
            if gathered.is_empty() {
                return Ok(stopped);
            }
            gathered.commit(absorber, frontier)?;
            continue;
        }
        let mut arrived = Vec::with_capacity(at_once);
        tokio::select! {
            received = outcomes.recv_many(&mut arrived, BATCH) => in_flight -= received,
            () = tokio::time::sleep_until(gathered.due.into()), if !gathered.is_empty() => {}
            changed = stop.changed(), if stopped.is_none() && may_stop => match changed {
                Ok(()) if *stop.borrow() => stopped = Some(Stop::Interrupted),
                Ok(()) => {}
                Err(_) => may_stop = false,
            }
        }
        while fetches.try_join_next().is_some() {}
        for (task, outcome) in arrived {
            if let Outcome::Limited { wait } = outcome {
                let wait = wait.map(|wait| wait.as_secs());
                stopped = Some(match stopped {
                    Some(Stop::Interrupted) => Stop::Interrupted,
                    _ => Stop::Limit { wait },
                });
                frontier.put_back(task);
                continue;
            }
            gathered.take(task, outcome, absorber, frontier)?;
        }
        let snapshot = &mut absorber.counts.snapshot;
        snapshot.requests = registry.host().statistics().requests();
        absorber.progress.update(snapshot);
    }
}

/// Outcomes on their way into the store. Their tasks stay active, and pending
/// in the store, until they are applied; the tasks they make are not begun
/// before. sled writes to disk for every batch, whatever its size, so a batch
/// for each outcome would cost more than the outcome.
struct Gathered {
    batch: Batch,
    /// When it is to be applied at the latest, unless empty.
    due: Instant,
}

impl Gathered {
    fn new(run: u64) -> Self {
        Self { batch: Batch::of(run), due: Instant::now() }
    }

    fn is_empty(&self) -> bool {
        self.batch.is_empty()
    }

    fn is_due(&self) -> bool {
        !self.is_empty() && (self.batch.done.len() >= BATCH || self.due <= Instant::now())
    }

    fn take(
        &mut self,
        task: Task,
        outcome: Outcome,
        absorber: &mut Absorber<'_>,
        frontier: &Frontier,
    ) -> Result<(), CrawlError> {
        if self.is_empty() {
            self.due = Instant::now() + GATHER_FOR;
        }
        Ok(absorber.absorb(task, outcome, &mut self.batch, frontier)?)
    }

    /// Applies it, and lets the frontier know.
    fn commit(&mut self, absorber: &mut Absorber<'_>, frontier: &mut Frontier) -> Result<(), CrawlError> {
        let empty = Batch::of(self.batch.run);
        let batch = std::mem::replace(&mut self.batch, empty);
        let (new, done) = (batch.tasks.clone(), batch.done.clone());
        absorber.store.apply(batch)?;
        absorber.begin_batch();
        new.into_iter().for_each(|task| frontier.push(task));
        done.iter().for_each(|task| frontier.done(task));
        Ok(())
    }
}

/// Flushes the store from a thread of its own, every so often and at the end.
struct Flusher {
    stop: std::sync::mpsc::Sender<()>,
    thread: std::thread::JoinHandle<Result<(), forebear_store::StoreError>>,
}

impl Flusher {
    fn start(store: Arc<dyn Store>) -> Self {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            use std::sync::mpsc::RecvTimeoutError::Timeout;
            while stopped.recv_timeout(FLUSH_EVERY) == Err(Timeout) {
                store.flush()?;
            }
            store.flush()
        });
        Self { stop, thread }
    }

    /// Flushes once more and ends the thread.
    async fn finish(self) -> Result<(), CrawlError> {
        drop(self.stop);
        let joined = tokio::task::spawn_blocking(move || self.thread.join()).await;
        match joined {
            Ok(Ok(flushed)) => Ok(flushed?),
            _ => Err(CrawlError::Store(forebear_store::StoreError::Row {
                what: "flush",
                reason: "the thread that flushes the store ended unexpectedly".to_owned(),
            })),
        }
    }
}
