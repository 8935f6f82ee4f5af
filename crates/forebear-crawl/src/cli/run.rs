//! `forebear-crawl run`.

use std::sync::Arc;

use anyhow::Context as _;
use forebear_crawl::{CrawlError, CrawlOptions, RunReport, Selection, SelectionSpec, Stop, TagFilter, crawl};
use forebear_image::escape::for_terminal;
use forebear_image::{Platform, Timestamp};
use forebear_registry::{Rate, Registry, RegistryOptions};
use forebear_store::Store;

use super::exit::Exit;
use super::{Common, Format, data, open_store, print, progress, publish, signals};
use forebear_image::human::{bytes, plural};

/// What to crawl and how.
#[derive(Debug, clap::Args)]
pub(super) struct RunArguments {
    /// Registry to crawl, such as 127.0.0.1:5000
    #[arg(long, value_name = "HOST")]
    registry: String,

    /// Repositories to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB")]
    repo: Vec<String>,

    /// Tags to walk, by glob; several times for more [default: all]
    #[arg(long, value_name = "GLOB")]
    tag: Vec<String>,

    /// Platforms to walk, os/arch[/variant]; several times for more [default: all]
    #[arg(long, value_name = "PLATFORM")]
    platform: Vec<Platform>,

    /// Fetch BuildKit's provenance too, where an index lists it: what a build
    /// read. On Docker Hub that is one more pull for each image
    #[arg(long)]
    provenance: bool,

    /// Requests of every kind per time, such as 20/s or 200/6h; none on
    /// loopback only [default: none on loopback, else 5/s]
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,

    /// Requests under way at once
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,

    /// Store images under this registry's name: for a mirror of it
    #[arg(long, value_name = "HOST")]
    name_as: Option<String>,

    /// Time of the run's observations, RFC 3339 [default: now]
    #[arg(long, value_name = "TIME")]
    now: Option<String>,

    /// Try again at once what failed in earlier runs, whatever its delay
    #[arg(long)]
    retry_failed: bool,

    /// Speak plain HTTP to a registry that is not on loopback
    #[arg(long)]
    plain_http: bool,
}

/// Crawls, publishes, reports.
pub(super) fn run(arguments: &RunArguments, common: &Common) -> anyhow::Result<Exit> {
    let now = match &arguments.now {
        Some(text) => Timestamp::parse(text).context("--now")?,
        None => Timestamp { seconds: jiff::Timestamp::now().as_second(), nanos: 0 },
    };
    let registry = Registry::new(options(arguments)?).map_err(CrawlError::from)?;
    let selection = Selection::of(
        registry.name(),
        SelectionSpec {
            repositories: arguments.repo.clone(),
            tags: TagFilter { include: arguments.tag.clone(), ..TagFilter::default() },
            platforms: arguments.platform.clone(),
            provenance: arguments.provenance,
            ..SelectionSpec::default()
        },
    )?;
    let store: Arc<dyn Store> = Arc::new(open_store(common)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let report = runtime.block_on(async {
        let progress = progress::choose(common.quiet);
        let mut options = CrawlOptions::new(&selection, now, signals::listen()?, &*progress);
        options.retry_failed = arguments.retry_failed;
        anyhow::Ok(crawl(Arc::clone(&store), &registry, options).await?)
    })?;
    // Nothing at all, and a reason: that is no crawl with some failures.
    if let (0, None, Some(reason)) = (report.repositories, &report.stopped, &report.first_failure) {
        if common.format == Format::Json {
            print(&serde_json::to_string_pretty(&report)?);
        }
        anyhow::bail!("nothing could be crawled: {reason}");
    }
    let published = match report.stopped {
        // Facts of an interrupted run wait for the next one; a limit can
        // last for days, and what is known meanwhile should be of use.
        Some(Stop::Interrupted) => None,
        _ => Some(forebear_crawl::publish::publish(&*store, &data(common)?.index())?),
    };
    match common.format {
        Format::Json => print(&serde_json::to_string_pretty(&report)?),
        Format::Text if common.quiet => {}
        Format::Text => {
            summary(&report).iter().for_each(|line| print(line));
            published.iter().for_each(|published| print(&publish::told(published)));
        }
    }
    Ok(match report.stopped {
        Some(Stop::Limit { .. } | Stop::TimeUp) => Exit::Limited,
        Some(Stop::Interrupted) => Exit::Interrupted,
        None if report.failed() + report.delayed > 0 => Exit::SomeFailed,
        None => Exit::Done,
    })
}

fn options(arguments: &RunArguments) -> anyhow::Result<RegistryOptions> {
    let mut options = RegistryOptions::new(&arguments.registry);
    options.plain_http = arguments.plain_http;
    options.rate = arguments.rate;
    options.concurrency = usize::from(arguments.concurrency);
    if let Some(name) = &arguments.name_as {
        let checked = forebear_image::RepositoryName::new(name, "x").context("--name-as takes a registry's host")?;
        options.name_as = Some(checked.registry);
    }
    Ok(options)
}

/// The summary, a line each.
fn summary(report: &RunReport) -> Vec<String> {
    let mut lines = Vec::new();
    let began = if report.resumed { "went on with the run of" } else { "crawled at" };
    lines.push(format!("{} as {}, {began} {}", report.registry, report.stored_as, report.started));
    lines.push(format!(
        "  {}, {}; {} new, {} known{}{}",
        plural(report.repositories, "repository"),
        plural(report.tags, "tag"),
        plural(report.images_new, "image"),
        report.images_known,
        match report.artifacts {
            0 => String::new(),
            more => format!("; {} set aside", plural(more, "artifact")),
        },
        match report.attestations {
            0 => String::new(),
            more => format!("; {} read", plural(more, "attestation")),
        },
    ));
    let requests = report.requests.requests();
    lines.push(format!(
        "  {} ({} manifest HEADs, {} manifest GETs, {} configs{}), {} received, {:.1} s, {:.0} requests/s",
        plural(requests, "request"),
        report.requests.manifest_head,
        report.requests.manifest_get,
        report.requests.config,
        match report.requests.blob {
            0 => String::new(),
            more => format!(", {}", plural(more, "statement")),
        },
        bytes(report.requests.bytes_received),
        report.duration.as_secs_f64(),
        requests as f64 / report.duration.as_secs_f64().max(0.001),
    ));
    if report.ended > 0 {
        lines.push(format!("  {} moved or gone since the last run", plural(report.ended, "tag")));
    }
    if report.unchanged {
        lines.push("  nothing has changed since the last run".to_owned());
    }
    if report.failed() > 0 {
        let kinds: Vec<String> = report.failures.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        lines.push(format!(
            "  {}: {}; 'forebear-crawl failures' lists them",
            plural(report.failed(), "failure"),
            kinds.join(", ")
        ));
    }
    if report.delayed + report.parked > 0 {
        let (delayed, parked) = (plural(report.delayed, "item"), report.parked);
        lines.push(format!(
            "  {delayed} that failed before not due yet, {parked} parked; 'forebear-crawl failures' says until when"
        ));
    }
    if report.other_platform > 0 {
        lines.push(format!("  {} of a platform that is not walked", plural(report.other_platform, "image")));
    }
    lines.extend(report.warnings.iter().map(|warning| {
        let (subject, message) = (for_terminal(&warning.subject, false), for_terminal(&warning.message, false));
        format!("  warning: {subject}: {message}")
    }));
    let left = plural(report.open, "task");
    match &report.stopped {
        Some(Stop::Limit { until, .. }) => {
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            lines
                .push(format!("  stopped: the registry's limit is reached{until}; {left} left, run it again to go on"));
        }
        Some(Stop::TimeUp) => lines.push(format!("  stopped: its time is up; {left} left, run it again to go on")),
        Some(Stop::Interrupted) => lines.push(format!("  interrupted; {left} left, run it again to go on")),
        None => {}
    }
    lines
}
