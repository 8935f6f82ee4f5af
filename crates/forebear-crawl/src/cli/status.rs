//! `forebear-crawl status`.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::jobs::JobName;
use forebear_crawl::operate::state::{JobState, Owner, Phase, StateFolder};
use forebear_image::Timestamp;
use forebear_image::chain::chain;
use forebear_image::escape::for_terminal;
use forebear_image::human::{duration, plural};
use forebear_index::location::DataFolder;
use forebear_print::json;
use serde::Serialize;
use serde_json::Value;

use super::common::{Common, Format, Lines, data, print, say};
use super::exit::Exit;

/// Which jobs, and what to do with what is known of them.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct StatusArguments {
    /// This job only
    #[arg(value_name = "JOB")]
    job: Option<String>,

    /// Say it again every two seconds, until Ctrl-C
    #[arg(long)]
    watch: bool,

    #[command(subcommand)]
    command: Option<StatusCommand>,
}

#[derive(Debug, clap::Subcommand)]
enum StatusCommand {
    /// Forget where a job stands; what it crawled stays
    Forget {
        /// The job
        #[arg(value_name = "JOB")]
        job: String,
    },
}

/// Where the jobs of a data folder stand, for programs.
#[derive(Debug, Serialize)]
struct Status<'a> {
    /// The data folder.
    data: &'a Path,
    /// When this was read.
    as_of: Timestamp,
    /// The crawler that works there now.
    crawler: Option<&'a Owner>,
    /// The jobs that ran there, by name.
    jobs: &'a [JobState],
}

/// How often `--watch` looks.
const EVERY: Duration = Duration::from_secs(2);

/// Says where jobs stand, from what crawlers left to be read.
pub(super) fn run(arguments: &StatusArguments, common: &Common) -> anyhow::Result<Exit> {
    let data = data(common)?;
    if !data.path().is_dir() {
        bail!("no such folder: {}", data.path().display());
    }
    let states = StateFolder::of(data.path());
    if let Some(StatusCommand::Forget { job }) = &arguments.command {
        return forget(&states, job, common);
    }
    loop {
        let text = look(&states, &data, arguments.job.as_deref(), common)?;
        if arguments.watch && common.format == Format::Text && std::io::stdout().is_terminal() {
            // Home, and clear what is below.
            forebear_print::print("\u{1b}[H\u{1b}[2J")?;
        }
        print(&text)?;
        if !arguments.watch {
            return Ok(Exit::Done);
        }
        std::thread::sleep(EVERY);
    }
}

fn forget(states: &StateFolder, job: &str, common: &Common) -> anyhow::Result<Exit> {
    let name = JobName::new(job).map_err(anyhow::Error::msg)?;
    let _lock = states.lock("status forget", wall_clock())?;
    if !states.forget(&name)? {
        return Err(no_job(states, job)?);
    }
    states.write_metrics()?;
    if !common.quiet {
        say(&format!("forgot {name}; what it crawled stays"));
    }
    Ok(Exit::Done)
}

/// That there is no such job, and which there are.
fn no_job(states: &StateFolder, job: &str) -> anyhow::Result<anyhow::Error> {
    let known: Vec<String> = states.jobs()?.iter().map(|state| state.job.to_string()).collect();
    let known = if known.is_empty() { "none has run".to_owned() } else { format!("there are {}", known.join(", ")) };
    Ok(anyhow::anyhow!("no job '{job}' is known here; {known}"))
}

fn look(states: &StateFolder, data: &DataFolder, only: Option<&str>, common: &Common) -> anyhow::Result<String> {
    let (owner, now) = (states.owner(), wall_clock());
    let (jobs, unread) = states.jobs_and_unread()?;
    unread.iter().for_each(|error| say(&format!("note: {}; {}", chain(error), error.hint().unwrap_or_default())));
    let mut jobs: Vec<JobState> = jobs.into_iter().map(|job| in_truth(job, owner.as_ref())).collect();
    if let Some(only) = only {
        jobs.retain(|job| job.job.as_str() == only);
        if jobs.is_empty() {
            return Err(no_job(states, only)?);
        }
    }
    if common.format == Format::Json {
        let status = Status { data: data.path(), as_of: now, crawler: owner.as_ref(), jobs: &jobs };
        return Ok(json::document(&status)?);
    }
    let mut lines = Lines::default();
    match &owner {
        Some(Owner { process, doing, since }) => {
            let doing = for_terminal(doing, false);
            lines.add(&format!("running in {}: process {process}, {doing}, since {since}", data.path().display()));
        }
        None => lines.add(&format!("no crawler is running in {}", data.path().display())),
    }
    if jobs.is_empty() {
        lines.add("no job has run there yet");
    }
    jobs.iter().flat_map(|job| told(job, now)).for_each(|line| lines.add(&line));
    Ok(lines.into_text())
}

/// A state that says it is under way was left by a crawler that was killed,
/// unless that process is the one at work.
fn in_truth(mut job: JobState, owner: Option<&Owner>) -> JobState {
    if job.phase.is_under_way() && owner.is_none_or(|owner| owner.process != job.process) {
        job.phase = Phase::Interrupted;
        job.eta = None;
        job.pace.requests_per_second = 0.0;
    }
    job
}

fn told(job: &JobState, now: Timestamp) -> Vec<String> {
    let span = |seconds: i64| duration(seconds.max(0).unsigned_abs());
    let ago = |time: Timestamp| match now.seconds - time.seconds {
        ..=1 => "just now".to_owned(),
        seconds => format!("{} ago", span(seconds)),
    };
    let phase = match job.phase {
        Phase::Waiting => "has not run yet".to_owned(),
        Phase::Crawling => format!("crawling for {}", span(now.seconds - job.since.seconds)),
        Phase::Publishing => "publishing the index".to_owned(),
        Phase::Done => format!("finished {}", ago(job.updated)),
        Phase::SomeFailed => format!("finished {}, not all of it", ago(job.updated)),
        Phase::Limited => format!("stopped {} on the registry's limit; the next run goes on", ago(job.updated)),
        Phase::Unreachable => {
            format!("stopped {}: the registry stopped answering; the next run goes on", ago(job.updated))
        }
        Phase::OutOfTime => format!("stopped {}, out of time; the next run goes on", ago(job.updated)),
        Phase::Interrupted => format!("interrupted {}; the next run goes on", ago(job.updated)),
        Phase::Failed if job.frontier.requests > 0 => format!("failed {}", ago(job.updated)),
        Phase::Failed => format!("failed to start {}", ago(job.updated)),
    };
    let mut lines = vec![String::new(), format!("{}   {}   {phase}", job.job, job.host)];
    let mut line = |text: String| lines.push(format!("  {}", for_terminal(&text, false)));
    let at = &job.frontier;
    let at_least = if job.phase.is_under_way() && !at.is_listed() { "at least " } else { "" };
    if at.requests > 0 || job.phase.is_under_way() {
        line(format!(
            "{} of {at_least}{}, {} of {at_least}{}, {} new and {} known, {}, {}",
            at.repositories_done,
            plural(at.repositories.max(at.repositories_done), "repository"),
            at.tags_done,
            plural(at.tags.max(at.tags_done), "tag"),
            plural(at.images_new, "image"),
            at.images_known,
            plural(at.failures, "failure"),
            plural(at.requests, "request"),
        ));
    }
    if job.phase.is_under_way() {
        let about = if at.left().at_least { "at least" } else { "about" };
        let left = job.eta.map_or_else(String::new, |eta| format!(", {about} {} at this pace", duration(eta)));
        let (pace, of) = (job.pace.requests_per_second, &job.pace.rate);
        let limit = if of == "none" { "no limit".to_owned() } else { format!("of {of}") };
        line(format!(
            "{pace:.1} requests/s ({limit}, {} at once); {} left{left}",
            job.pace.concurrency,
            plural(at.open, "task")
        ));
    } else if at.open > 0 {
        line(format!("{} left", plural(at.open, "task")));
    }
    let quota = |key: &str| job.quota.as_ref()?.get(key)?.as_u64();
    if let Some(left) = quota("remaining") {
        let of = quota("limit").map_or_else(String::new, |limit| format!(" of {limit}"));
        let window = quota("window_seconds").map_or_else(String::new, |window| format!(" in {}", duration(window)));
        line(format!("quota: {left}{of} pulls left{window}"));
    }
    if let Some(until) = job.held_until.filter(|until| *until > now) {
        line(format!("the registry wants no request until {until}, {} from now", span(until.seconds - now.seconds)));
    }
    if let Some(error) = &job.error {
        line(error.clone());
    }
    if let Some(failures) = job.report.as_ref().and_then(|report| report.get("failures")).and_then(Value::as_object) {
        let kinds: Vec<String> = failures.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        if !kinds.is_empty() && !job.phase.is_under_way() {
            line(format!("failed: {}; 'forebear-crawl failures' lists them", kinds.join(", ")));
        }
    }
    if let (Some(next), Some(schedule)) = (job.next, &job.schedule) {
        let when = if next > now { format!("in {}", span(next.seconds - now.seconds)) } else { "now".to_owned() };
        line(format!("next {when}, at {next} ({schedule})"));
    }
    lines
}
