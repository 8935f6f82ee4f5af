//! Running a job, from its description to its report: crawl, publish,
//! and what is left behind for others to read.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use forebear_image::Timestamp;
use forebear_image::chain::chain;
use forebear_index::location::DataFolder;
use forebear_registry::{Login, Registry};
use forebear_store::Store;
use serde::Serialize;
use tokio::sync::watch;

use crate::blocking;
use crate::clock::wall_clock;
use crate::engine::{CrawlOptions, crawl};
use crate::operate::asking;
use crate::operate::connect::connect;
use crate::operate::error::{Damage, RunError};
use crate::operate::jobs::Job;
use crate::operate::publish::{Published, publish};
use crate::operate::state::{JobState, Live, Phase, StateFolder};
use crate::progress::Progress;
use crate::report::{RunReport, Stop};
use crate::signal::Signal;

/// How often a job's state is written.
const STATE_EVERY: Duration = Duration::from_secs(1);
/// How many states are written for one text of metrics, and of failures.
const METRICS_EVERY: u32 = 10;
/// Failures that are left for others to read: more are of use to nobody, and
/// who wants all asks when no crawl runs.
const FAILURES_LEFT: usize = 10_000;
/// Failures as they were last seen, for when the store is in use.
pub const FAILURES: &str = "failures.json";

/// Runs the jobs of a data folder: one after another, as publishing reads what
/// crawling writes.
pub struct JobRunner {
    /// The facts.
    pub store: Arc<dyn Store>,
    /// Where indexes are published.
    pub index: PathBuf,
    /// What others read meanwhile.
    pub states: StateFolder,
}

/// What is asked of a run.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The time of its observations.
    pub now: Timestamp,
    /// Becomes true when it should end.
    pub stop: watch::Receiver<bool>,
    /// Tries what failed before, whatever its delay.
    pub retry_failed: bool,
    /// Asks although the registry told an earlier run not to yet.
    pub ignore_hold: bool,
}

/// What came of a job.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub phase: Phase,
    /// What the run did.
    pub report: RunReport,
    /// The index, where one was published.
    pub published: Option<Published>,
    /// Why nothing could be crawled at all.
    pub error: Option<String>,
    /// What could not be left for others to read: state, report, metrics, failures.
    /// The run itself is stored.
    pub unwritten: Vec<String>,
}

/// The failures on record at a time.
#[derive(Clone, Debug, Serialize, serde::Deserialize)]
pub struct RecordedFailures {
    /// When.
    pub as_of: Timestamp,
    /// The first of them.
    pub failures: Vec<forebear_store::Failure>,
}

impl JobRunner {
    /// That of a data folder, its store opened.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, data: &DataFolder) -> Self {
        Self { store, index: data.index(), states: StateFolder::of(data.path()) }
    }

    /// Runs a job.
    ///
    /// # Errors
    /// [`RunError`] when it could not run at all; the job's state says so
    /// too. Items that fail are rows of the report.
    pub async fn run(&self, job: &Job, request: RunRequest, shown: &dyn Progress) -> Result<Outcome, RunError> {
        let is_first = job.file.is_none() && self.states.job(&job.name).is_none();
        let live = Live::new(&self.states, self.begin(job), shown);
        let mut done = self.work(job, request, &live).await;
        let has_failed = match &done {
            Ok(outcome) => outcome.phase == Phase::Failed,
            Err(RunError::Stopped) => true,
            Err(error) => !error.is_of_the_store(),
        };
        let written = match &done {
            // Of a command line that never led anywhere, a typo perhaps, there is
            // nothing to be remembered.
            _ if is_first && has_failed => self.states.forget(&job.name).map(drop),
            Ok(outcome) => live.end(outcome.phase, wall_clock()),
            Err(RunError::Stopped) => live.end(Phase::Interrupted, wall_clock()),
            Err(error) => {
                live.change(|state| state.error = Some(chain(error)));
                live.end(Phase::Failed, wall_clock())
            }
        };
        let all = [written.map_err(RunError::from), self.leave_failures().await, self.write_metrics()];
        let unwritten = all.into_iter().filter_map(Result::err);
        match &mut done {
            Ok(outcome) => outcome.unwritten.extend(unwritten.map(|error| chain(&error))),
            // What the run itself failed of is told.
            Err(_) => unwritten.for_each(|error| tracing::warn!(error = %chain(&error), "a state was not written")),
        }
        done
    }

    /// A job's state before its first request. What is known of its last run
    /// stays until there is another.
    fn begin(&self, job: &Job) -> JobState {
        let before = self.states.job(&job.name);
        let fresh = JobState::new(job, Phase::Crawling, wall_clock());
        match before {
            // A run that is resumed counts on from there.
            Some(JobState { report, frontier, .. }) => JobState { report, frontier, ..fresh },
            None => fresh,
        }
    }

    async fn work(&self, job: &Job, request: RunRequest, live: &Live<'_>) -> Result<Outcome, RunError> {
        let mut signal = Signal::new(request.stop.clone());
        let login = tokio::select! {
            login = Login::load(job.registry.auth, &job.registry.host) => login?,
            () = signal.told() => return Err(RunError::Stopped),
        };
        let registry = connect(job, &login).await?;
        let selection = job.selection(registry.name())?;
        live.change(|state| state.stored_as = Some(registry.name().clone()));
        let options = CrawlOptions {
            on_limit: job.registry.on_limit,
            max_duration: job.max_duration,
            retry_failed: request.retry_failed,
            ignore_hold: request.ignore_hold,
            before: live.state().frontier,
            ..CrawlOptions::new(&selection, request.now, request.stop, live)
        };
        asking::lines(job, &login, &registry).iter().for_each(|line| live.told(line));
        live.write(&registry, wall_clock());
        let report = tokio::select! {
            report = crawl(Arc::clone(&self.store), &registry, options) => report,
            never = self.keep_writing(live, &registry) => match never {},
        };
        let report = report?;
        live.write(&registry, wall_clock());
        // One that resumed a run has its lists behind it.
        let nothing = report.repositories == 0 && report.tags == 0 && !report.resumed && report.stopped.is_none();
        let error = report.first_failure.clone().filter(|_| nothing);
        let mut phase = match &report.stopped {
            _ if error.is_some() => Phase::Failed,
            Some(Stop::Interrupted) => Phase::Interrupted,
            Some(Stop::Limit { .. }) => Phase::Limited,
            Some(Stop::Unreachable { .. }) => Phase::Unreachable,
            Some(Stop::TimeUp) => Phase::OutOfTime,
            None if report.has_left_out() => Phase::SomeFailed,
            None => Phase::Done,
        };
        live.change(|state| {
            state.run = Some(report.started);
            state.error.clone_from(&error);
            state.report = serde_json::to_value(&report).ok();
        });
        self.give_up_what_is_lost(phase).await?;
        let kept = self.states.keep_report(&job.name, wall_clock(), &report);
        let unwritten = kept.err().iter().map(|error| chain(error)).collect();
        // Facts of an interrupted run wait for the next one; a limit can last
        // for days, and what is known meanwhile should be of use.
        let wanted = job.publish && !matches!(phase, Phase::Interrupted | Phase::Failed);
        let published = if wanted {
            live.change(|state| state.phase = Phase::Publishing);
            live.write(&registry, wall_clock());
            tokio::select! {
                published = self.publish() => Some(published?),
                // The index in force stays; the next run publishes.
                () = signal.told() => {
                    phase = Phase::Interrupted;
                    None
                }
            }
        } else {
            None
        };
        Ok(Outcome { phase, report, published, error, unwritten })
    }

    async fn publish(&self) -> Result<Published, RunError> {
        let (store, index) = (Arc::clone(&self.store), self.index.clone());
        blocking::run(move || publish(&*store, &index)).await
    }

    /// Records what the store has lost, where a run has fetched all that can be
    /// fetched again: it came to its end, and nothing else was ever walked.
    async fn give_up_what_is_lost(&self, phase: Phase) -> Result<(), RunError> {
        let store = Arc::clone(&self.store);
        let given_up = blocking::run(move || {
            let runs = store.runs()?;
            let is_all = runs.iter().all(|run| runs.last().is_some_and(|last| last.selection == run.selection));
            if phase == Phase::Done && is_all { store.accept_loss() } else { Ok(Vec::new()) }
        });
        match Damage::of(given_up.await?) {
            Some(damage) => Err(RunError::Damaged(damage.given_up())),
            None => Ok(()),
        }
    }

    /// Writes the state for as long as a crawl lasts.
    async fn keep_writing(&self, live: &Live<'_>, registry: &Registry) -> Infallible {
        let (mut number, mut left) = (0_u32, None);
        loop {
            number = number.wrapping_add(1);
            tokio::time::sleep(STATE_EVERY).await;
            live.write(registry, wall_clock());
            if number.is_multiple_of(METRICS_EVERY) {
                let failures = live.state().frontier.failures;
                // What cannot be written now is told at the end, if it still cannot.
                if left.replace(failures) != Some(failures) {
                    _ = self.leave_failures().await;
                }
                _ = self.write_metrics();
            }
        }
    }

    /// Leaves the failures on record where they can be read while the store is
    /// in use.
    async fn leave_failures(&self) -> Result<(), RunError> {
        let (store, states) = (Arc::clone(&self.store), self.states.clone());
        let left = blocking::run(move || {
            let failures = store.failures_up_to(FAILURES_LEFT)?;
            states.remember(FAILURES, &RecordedFailures { as_of: wall_clock(), failures })?;
            Ok::<_, RunError>(())
        });
        left.await
    }

    fn write_metrics(&self) -> Result<(), RunError> {
        self.states.write_metrics()?;
        Ok(())
    }
}
