//! Metrics of all jobs in Prometheus' text format, for a text file collector:
//! a crawl may be over before anybody could scrape it.

use prometheus::{Encoder as _, GaugeVec, Opts, Registry, TextEncoder};
use serde_json::Value;

use super::job_state::JobState;

/// The text of all jobs' metrics.
pub(super) fn text(jobs: &[JobState]) -> String {
    let mut text = Vec::new();
    // The names and labels are these, so neither can be refused.
    let encoded = families(jobs).map(|families| TextEncoder::new().encode(&families, &mut text));
    debug_assert!(matches!(encoded, Ok(Ok(()))), "{encoded:?}");
    String::from_utf8(text).unwrap_or_default()
}

fn families(jobs: &[JobState]) -> prometheus::Result<Vec<prometheus::proto::MetricFamily>> {
    let registry = Registry::new();
    let family = |name: &str, help: &str, labels: &[&str]| {
        let labels: Vec<&str> = [&["job", "registry"], labels].concat();
        let family = GaugeVec::new(Opts::new(format!("forebear_crawl_{name}"), help), &labels)?;
        registry.register(Box::new(family.clone()))?;
        prometheus::Result::Ok(family)
    };
    let under_way = family("under_way", "1 while a run is under way.", &[])?;
    let phase = family("phase", "1 for where the job stands.", &["phase"])?;
    let updated = family("updated_seconds", "Unix time of these values.", &[])?;
    let next = family("next_run_seconds", "Unix time of the next scheduled run.", &[])?;
    let open = family("open_tasks", "Tasks known and not done.", &[])?;
    let pace = family("requests_per_second", "Requests in each second, over the last half minute.", &[])?;
    let limit = family("quota_limit", "Pulls in a window, as the registry told.", &[])?;
    let remaining = family("quota_remaining", "Pulls left, as the registry told last.", &[])?;
    let held = family("held_until_seconds", "Unix time until which the registry wants no request.", &[])?;
    let run = family("run_duration_seconds", "How long the last run took.", &[])?;
    let started = family("run_started_seconds", "Unix time of the last run's observations.", &[])?;
    let items = family("run_items", "What the last run met, by what.", &["what"])?;
    let requests = family("run_requests", "Requests of the last run, by kind.", &["kind"])?;
    let failures = family("run_failures", "Failed items of the last run, by kind.", &["kind"])?;
    let events = family("run_events", "Retries, holds and the like of the last run, by what.", &["what"])?;
    let bytes = family("run_received_bytes", "Bytes of bodies that the last run received.", &[])?;
    for state in jobs {
        let job = [state.job.as_str(), state.host.as_str()];
        let set = |family: &GaugeVec, more: &[&str], value: f64| {
            family.with_label_values(&[&job, more].concat()).set(value);
        };
        set(&under_way, &[], f64::from(u8::from(state.phase.is_under_way())));
        let name = serde_json::to_value(state.phase).unwrap_or_default();
        set(&phase, &[name.as_str().unwrap_or_default()], 1.0);
        set(&updated, &[], state.updated.seconds as f64);
        set(&open, &[], state.frontier.open as f64);
        set(&pace, &[], state.pace.requests_per_second);
        if let Some(time) = state.next {
            set(&next, &[], time.seconds as f64);
        }
        if let Some(time) = state.held_until {
            set(&held, &[], time.seconds as f64);
        }
        let quota = |key: &str| state.quota.as_ref()?.get(key)?.as_f64();
        quota("remaining").iter().for_each(|left| set(&remaining, &[], *left));
        quota("limit").iter().for_each(|of| set(&limit, &[], *of));
        let Some(report) = &state.report else { continue };
        let number = |key: &str| report.get(key).and_then(Value::as_f64);
        number("duration").iter().for_each(|seconds| set(&run, &[], *seconds));
        state.run.iter().for_each(|time| set(&started, &[], time.seconds as f64));
        for what in ["repositories", "tags", "images_new", "images_known", "manifests_new", "gone", "ended", "outages"]
        {
            number(what).iter().for_each(|count| set(&items, &[what], *count));
        }
        for (kind, count) in counts(report, "requests") {
            match kind {
                "bytes_received" => set(&bytes, &[], count),
                "redirects" | "retries" | "head_refused" | "holds" | "limited" => set(&events, &[kind], count),
                kind => set(&requests, &[kind], count),
            }
        }
        counts(report, "failures").for_each(|(kind, count)| set(&failures, &[kind], count));
    }
    Ok(registry.gather())
}

fn counts<'a>(report: &'a Value, key: &str) -> impl Iterator<Item = (&'a str, f64)> {
    let counts = report.get(key).and_then(Value::as_object).into_iter().flatten();
    counts.filter_map(|(kind, count)| Some((kind.as_str(), count.as_f64()?)))
}
