//! `forebear-crawl status`.

use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::state::{JobState, Owner, Phase, StateFolder};
use forebear_image::Timestamp;
use forebear_image::chain::chain;
use forebear_image::escape::for_terminal;
use forebear_image::human::{duration, plural};
use forebear_print::json;
use serde_json::{Value, json};

use super::common::{Common, Format, Lines, data, print, say};
use super::exit::Exit;

/// Says where every job stands, from what crawlers left to be read.
pub(super) fn run(common: &Common) -> anyhow::Result<Exit> {
    let data = data(common)?;
    let states = StateFolder::of(data.path());
    let (owner, now) = (states.owner(), wall_clock());
    let (jobs, unread) = states.jobs_and_unread()?;
    unread.iter().for_each(|error| say(&format!("note: {}; {}", chain(error), error.hint().unwrap_or_default())));
    let jobs: Vec<JobState> = jobs.into_iter().map(|job| in_truth(job, owner.as_ref())).collect();
    match common.format {
        Format::Json => {
            let status = json!({ "data": data.path(), "as_of": now, "crawler": owner, "jobs": jobs });
            print(&json::document(&status)?)?;
        }
        Format::Text => {
            let mut lines = Lines::default();
            match &owner {
                Some(Owner { process, doing, since }) => {
                    let doing = for_terminal(doing, false);
                    lines.add(&format!("process {process} works in {}: {doing}, since {since}", data.path().display()));
                }
                None => lines.add(&format!("no crawler works in {}", data.path().display())),
            }
            if jobs.is_empty() {
                lines.add("no job has run there yet");
            }
            jobs.iter().flat_map(|job| told(job, now)).for_each(|line| lines.add(&line));
            lines.print()?;
        }
    }
    Ok(Exit::Done)
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
    let ago = |time: Timestamp| span(now.seconds - time.seconds);
    let phase = match job.phase {
        Phase::Waiting => "has not run yet".to_owned(),
        Phase::Crawling => format!("crawling for {}", ago(job.since)),
        Phase::Publishing => "publishing the index".to_owned(),
        Phase::Done => format!("done {} ago", ago(job.updated)),
        Phase::SomeFailed => format!("done {} ago, with failures", ago(job.updated)),
        Phase::Limited => format!("stopped {} ago on the registry's limit; the next run goes on", ago(job.updated)),
        Phase::OutOfTime => format!("stopped {} ago, out of time; the next run goes on", ago(job.updated)),
        Phase::Interrupted => format!("interrupted {} ago; the next run goes on", ago(job.updated)),
        Phase::Failed => format!("could not run {} ago", ago(job.updated)),
    };
    let mut lines = vec![String::new(), format!("{}   {}   {phase}", job.job, job.host)];
    let mut line = |text: String| lines.push(format!("  {}", for_terminal(&text, false)));
    let at = &job.frontier;
    if at.requests > 0 || job.phase.is_under_way() {
        line(format!(
            "{} of {}, {} of {}, {} new and {} known, {}, {}",
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
        let left = job.eta.map_or_else(String::new, |eta| format!(", about {} at this pace", duration(eta)));
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
