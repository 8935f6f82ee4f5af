//! `forebear-crawl run`.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::RunError;
use forebear_crawl::operate::job_runner::{JobRunner, RunRequest};
use forebear_crawl::operate::jobs::{Job, JobError, JobName, JobRegistry};
use forebear_crawl::operate::schedule::read_all;
use forebear_crawl::operate::state::{Phase, StateFolder};
use forebear_crawl::selection::{SelectionSpec, Source, TagFilter};
use forebear_crawl::{OnLimit, Progress};
use forebear_image::{Platform, Timestamp};
use forebear_print::{OutputError, json};
use forebear_registry::{AuthSource, NamePrefix, Rate};
use forebear_store::Store;

use super::common::{Common, Format, complain, data, open_store, print, remark};
use super::exit::Exit;
use super::{progress, signals, summary};

/// What to crawl and how.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("crawled").args(["jobs", "registry"]).required(true))]
pub(super) struct RunArguments {
    /// Job files to run, one after another
    #[arg(value_name = "JOB.toml")]
    jobs: Vec<PathBuf>,

    /// Registry to crawl, such as 127.0.0.1:5000
    #[arg(long, value_name = "HOST")]
    registry: Option<String>,

    #[command(flatten)]
    job: JobArguments,

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
}

/// What a job file says otherwise.
#[derive(Debug, clap::Args)]
struct JobArguments {
    /// Repositories to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB", requires = "registry")]
    repo: Vec<String>,

    /// Tags to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB", requires = "registry")]
    tag: Vec<String>,

    /// Platforms to walk, os/arch[/variant]; several times for more [default: all]
    #[arg(long, value_name = "PLATFORM", requires = "registry")]
    platform: Vec<Platform>,

    /// Fetch BuildKit's provenance too, where an index lists it: what a build
    /// read. On Docker Hub that is one more pull for each image
    #[arg(long, requires = "registry")]
    provenance: bool,

    /// Requests of every kind per time, such as 20/s or 200/6h; none on
    /// loopback only [default: none on loopback, else 5/s]
    #[arg(long, value_name = "RATE", requires = "registry")]
    rate: Option<Rate>,

    /// Requests under way at once
    #[arg(long, default_value_t = JobRegistry::CONCURRENCY, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,

    /// Where credentials come from: anonymous (or none); default, what 'docker
    /// login' kept for this registry, if it did; docker-config, the same, which
    /// must be there; env, FOREBEAR_USERNAME and FOREBEAR_PASSWORD, or
    /// FOREBEAR_TOKEN
    #[arg(long, default_value_t = AuthSource::Anonymous, value_name = "SOURCE")]
    auth: AuthSource,

    /// Store images under this registry's name: for a mirror of it
    #[arg(long, value_name = "HOST", requires = "registry")]
    name_as: Option<String>,

    /// Take this off the names of repositories, for a mirror that has another
    /// registry's below a prefix, as a Harbor proxy project or an ECR pull-through
    /// cache does: with dockerhub/ and --name-as docker.io, dockerhub/library/alpine
    /// is docker.io/library/alpine. Repositories that are not below it are left out
    #[arg(long, value_name = "PREFIX/", requires = "name_as")]
    strip_prefix: Option<NamePrefix>,

    /// PEM file of authorities that are trusted beside the system's
    #[arg(long, value_name = "FILE", requires = "registry")]
    ca_file: Option<PathBuf>,

    /// Speak plain HTTP to a registry that is not on loopback
    #[arg(long, requires = "registry")]
    plain_http: bool,
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
    let data = data(common)?;
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let _lock = StateFolder::of(data.path()).lock(&format!("run {}", names.join(" ")), wall_clock())?;
    let store: Arc<dyn Store> = Arc::new(open_store(common)?);
    let runner = JobRunner::new(store, &data);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (mut ends, reports, (error, mut unwritten)) = runtime.block_on(async {
        let (mut ends, mut reports, mut error) = (Vec::new(), Vec::new(), None);
        let mut unwritten: Option<OutputError> = None;
        let stop = signals::listen()?;
        for job in &jobs {
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

/// The jobs that the arguments mean.
fn jobs(arguments: &RunArguments) -> anyhow::Result<Vec<Job>> {
    let Some(host) = &arguments.registry else {
        let (jobs, errors) = read_all(&arguments.jobs);
        return match JobError::all(errors) {
            Some(errors) => Err(RunError::from(errors).into()),
            None => Ok(jobs),
        };
    };
    let job = &arguments.job;
    let registry = JobRegistry {
        rate: job.rate,
        concurrency: job.concurrency,
        auth: job.auth,
        on_limit: OnLimit::Park,
        name_as: job.name_as.as_deref().map(str::parse).transpose()?,
        strip_prefix: job.strip_prefix.clone(),
        ca_file: job.ca_file.clone(),
        plain_http: job.plain_http,
        ..JobRegistry::new(host.parse()?)
    };
    let select = SelectionSpec {
        source: Source::Auto,
        repositories: job.repo.clone(),
        tags: TagFilter { include: job.tag.clone(), exclude: Vec::new(), newest: None },
        platforms: job.platform.clone(),
        provenance: job.provenance,
        max_tags: None,
    };
    Ok(vec![Job {
        name: JobName::of_host(host),
        file: None,
        schedule: None,
        registry,
        select,
        max_duration: None,
        publish: true,
        remarks: Vec::new(),
    }])
}
