//! `forebear-crawl run`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use forebear_crawl::Progress;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::RunError;
use forebear_crawl::operate::fresh::Fresh;
use forebear_crawl::operate::job_runner::{JobRunner, RunRequest};
use forebear_crawl::operate::jobs::{Job, JobError};
use forebear_crawl::operate::schedule::read_all;
use forebear_crawl::operate::state::{Phase, StateFolder};
use forebear_image::Timestamp;
use forebear_index::location::DataFolder;
use forebear_print::{OutputError, json};
use forebear_registry::Registry;
use forebear_store::{Store, StoreError};

use super::common::{Common, Format, complain, data, open_store, print, remark};
use super::exit::Exit;
use super::flags::JobFlags;
use super::{dry_run, progress, signals, summary};

/// What to crawl and how.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("crawled").args(["jobs", "registry"]).required(true))]
pub(super) struct RunArguments {
    /// Job files to run, one after another
    #[arg(value_name = "JOB.toml")]
    jobs: Vec<PathBuf>,

    /// Registry to crawl, such as ghcr.io, 127.0.0.1:5000 or https://localhost:5443
    #[arg(long, value_name = "HOST")]
    registry: Option<String>,

    #[command(flatten)]
    flags: JobFlags,

    /// Time of the run's observations, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<String>,

    /// Try again at once what failed in earlier runs, whatever its delay
    #[arg(long)]
    retry_failed: bool,

    /// Ask the registry although it wanted no request until a later time: your word
    /// against its own, for this run. What it says now is obeyed
    #[arg(long)]
    ignore_hold: bool,

    /// Ask for lists only, keep nothing, and say what a run would ask, how many
    /// requests that takes, and what it costs in pulls
    #[arg(long)]
    dry_run: bool,
}

/// What becomes of a run whose state, report or metrics could not be written.
pub(super) const UNWRITTEN: &str =
    "what was crawled is stored; make room there, or let it be written, and the next run goes on";

/// Crawls, publishes, reports.
pub(super) fn run(arguments: &RunArguments, common: &Common) -> anyhow::Result<Exit> {
    let now = match &arguments.now {
        Some(text) => Timestamp::parse(text).context("--now")?,
        None => wall_clock(),
    };
    let jobs = jobs(arguments)?;
    if arguments.dry_run {
        return dry_run::run(&jobs, common);
    }
    let data = data(common)?;
    crawl(&jobs, arguments, common, &data, now)
}

/// Runs jobs in a data folder; a typo is no job, and its folder none.
fn crawl(
    jobs: &[Job],
    arguments: &RunArguments,
    common: &Common,
    data: &DataFolder,
    now: Timestamp,
) -> anyhow::Result<Exit> {
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let fresh = Fresh::before(data);
    let states = StateFolder::of(data.path());
    let _lock = states.lock(&format!("run {}", names.join(" ")), wall_clock())?;
    let store: Arc<dyn Store> = Arc::new(open_store(common)?);
    let done = crawl_into(&store, jobs, arguments, common, data, now);
    let is_refused = matches!(done, Err(_) | Ok(Exit::Error));
    let is_no_job = |job: &Job| job.file.is_none() && states.job(&job.name).is_none();
    // Whatever failed, what was asked for and what is to be waited for is kept.
    if let Some(fresh) = fresh
        && is_refused
        && jobs.iter().all(is_no_job)
        && holds_nothing(&*store, jobs).unwrap_or(false)
    {
        drop(store);
        fresh.take_away();
    }
    done
}

fn crawl_into(
    store: &Arc<dyn Store>,
    jobs: &[Job],
    arguments: &RunArguments,
    common: &Common,
    data: &DataFolder,
    now: Timestamp,
) -> anyhow::Result<Exit> {
    let runner = JobRunner::new(Arc::clone(store), data);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (mut ends, reports, (error, mut unwritten)) = runtime.block_on(async {
        let (mut ends, mut reports, mut error) = (Vec::new(), Vec::new(), None);
        let mut unwritten: Option<OutputError> = None;
        let stop = signals::listen()?;
        for job in jobs {
            if *stop.borrow() {
                ends.push(Exit::Interrupted);
                break;
            }
            job.remarks.iter().for_each(|text| remark(job, text));
            let shown = progress::choose(common.quiet);
            let RunArguments { retry_failed, ignore_hold, .. } = *arguments;
            let request = RunRequest { now, stop: stop.clone(), retry_failed, ignore_hold };
            let outcome = runner.run(job, request, &*shown as &dyn Progress).await;
            drop(shown);
            let outcome = match (outcome, jobs.len()) {
                (Ok(outcome), _) => outcome,
                (Err(RunError::Stopped), _) => {
                    ends.push(Exit::Interrupted);
                    break;
                }
                // A store that failed once refuses everything after it.
                (Err(error), 1) => return Err(error.into()),
                (Err(error), _) if error.is_of_the_store() => return Err(error.into()),
                // One registry that is down does not keep the others waiting.
                (Err(error), _) => {
                    complain(&anyhow::Error::from(error).context(job.name.to_string()));
                    ends.push(Exit::Error);
                    continue;
                }
            };
            match common.format {
                Format::Json => reports.push(summary::json(job.name.as_str(), &outcome)),
                Format::Text if common.quiet || outcome.error.is_some() => {}
                // Jobs that come after it are crawled all the same.
                Format::Text => unwritten = unwritten.or(print(&summary::all(&outcome).join("\n")).err()),
            }
            if let Some(reason) = &outcome.error {
                let sentence = anyhow::anyhow!("nothing could be crawled: {reason}");
                error = error.or(Some(if jobs.len() > 1 { sentence.context(job.name.to_string()) } else { sentence }));
            }
            for unwritten in &outcome.unwritten {
                complain(&anyhow::anyhow!("{}: {unwritten}; {UNWRITTEN}", job.name));
                ends.push(Exit::Error);
            }
            ends.push(Exit::from(outcome.phase));
            if outcome.phase == Phase::Interrupted {
                break;
            }
        }
        anyhow::Ok((ends, reports, (error, unwritten)))
    })?;
    if common.format == Format::Json {
        let printed = print(&match &*reports {
            [report] if jobs.len() == 1 => json::document(report)?,
            reports => json::document(reports)?,
        });
        unwritten = unwritten.or(printed.err());
    }
    if let Some(error) = &error {
        complain(error);
    }
    if let Some(unwritten) = unwritten {
        complain(&unwritten.into());
        ends.push(Exit::Error);
    }
    // An index that is still being built is left where it is.
    runtime.shutdown_background();
    Ok(Exit::worst(&ends))
}

/// Whether a store has no run, no failure, and no hold of the jobs' registries.
fn holds_nothing(store: &dyn Store, jobs: &[Job]) -> Result<bool, StoreError> {
    for job in jobs {
        let registry = Registry::new(job.registry.options());
        if let Ok(registry) = registry
            && store.hold(registry.base_url())?.is_some()
        {
            return Ok(false);
        }
    }
    Ok(store.runs()?.is_empty() && !store.has_failures()?)
}

/// The jobs that the arguments mean.
fn jobs(arguments: &RunArguments) -> anyhow::Result<Vec<Job>> {
    if let Some(registry) = &arguments.registry {
        let job = arguments.flags.job(registry)?;
        // What cannot be run leaves nothing behind.
        job.try_registry()?;
        job.selection(job.registry.name_as.as_ref().unwrap_or(&job.registry.host))?;
        return Ok(vec![job]);
    }
    let (jobs, errors) = read_all(&arguments.jobs);
    match JobError::all(errors) {
        Some(errors) => Err(RunError::from(errors).into()),
        None => jobs.into_iter().map(|job| arguments.flags.beside(job)).collect(),
    }
}
