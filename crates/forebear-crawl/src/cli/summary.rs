//! A run's report, for people.

use forebear_crawl::operate::job_runner::Outcome;
use forebear_crawl::operate::publish::Published;
use forebear_crawl::operate::state::Phase;
use forebear_crawl::{RunReport, Stop};
use forebear_image::escape::for_terminal;
use forebear_image::human::{bytes, plural};
use forebear_registry::DOUBTED_ABOVE;
use serde::Serialize;

/// Of a limit whose end is not believed without asking again.
const DOUBTED: &str = "  more than a week is not taken for granted: the next run asks once whether it still stands, and no \
                       run more than once an hour; --ignore-hold goes on at once";

/// The summary, a line each.
fn lines(report: &RunReport) -> Vec<String> {
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
        "  {} ({}, {}, {}{}), {} received, {:.1} s, {:.0} requests/s",
        plural(requests, "request"),
        plural(report.requests.manifest_head, "manifest HEAD"),
        plural(report.requests.manifest_get, "manifest GET"),
        plural(report.requests.config, "config"),
        match report.requests.blob {
            0 => String::new(),
            more => format!(", {}", plural(more, "statement")),
        },
        bytes(report.requests.bytes_received),
        report.duration.as_secs_f64(),
        requests as f64 / report.duration.as_secs_f64().max(0.001),
    ));
    if report.requests.head_refused > 0 {
        lines.push(format!(
            "  {} asked for by GET, since the registry refuses HEAD: such a run costs a pull a tag",
            plural(report.requests.head_refused, "tag")
        ));
    }
    if report.outside_prefix > 0 {
        let more = plural(report.outside_prefix, "repository");
        lines.push(format!("  {more} not below the prefix that is taken off, left out"));
    }
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
        Some(Stop::Limit { until, wait, .. }) => {
            let until = until.map_or_else(String::new, |until| format!(" until {until}"));
            lines
                .push(format!("  stopped: the registry's limit is reached{until}; {left} left, run it again to go on"));
            if wait.is_some_and(|wait| wait > DOUBTED_ABOVE.as_secs()) {
                lines.push(DOUBTED.to_owned());
            }
        }
        Some(Stop::Unreachable { requests, reason }) => {
            let (requests, reason) = (plural(*requests, "request"), for_terminal(reason, false));
            lines.push(format!("  stopped: the registry stopped answering after {requests} ({reason})"));
            lines.push(format!("  nothing that was fetched is lost; {left} left, run it again to go on"));
        }
        Some(Stop::TimeUp) => lines.push(format!("  stopped: its time is up; {left} left, run it again to go on")),
        Some(Stop::Interrupted) => lines.push(format!("  interrupted; {left} left, run it again to go on")),
        None => {}
    }
    lines
}

/// The same, with what came of publishing.
pub(super) fn all(outcome: &Outcome) -> Vec<String> {
    let mut lines = lines(&outcome.report);
    match &outcome.published {
        Some(published) => lines.push(super::publish::told(published)),
        None if outcome.phase == Phase::Interrupted && outcome.report.stopped.is_none() => {
            lines.push("  interrupted before the index was published; the next run or 'publish' does it".to_owned());
        }
        None => {}
    }
    lines
}

/// What a run of a job came to, for programs.
#[derive(Debug, Serialize)]
struct JobReport<'a> {
    /// What the run did.
    #[serde(flatten)]
    report: &'a RunReport,
    /// Name of the job.
    job: &'a str,
    /// The index that was published after it.
    published: Option<&'a Published>,
}

/// A run's report, with the name of its job and what was published, for programs.
pub(super) fn json(job: &str, outcome: &Outcome) -> serde_json::Value {
    let Outcome { report, published, .. } = outcome;
    serde_json::to_value(JobReport { report, job, published: published.as_ref() }).unwrap_or_default()
}
