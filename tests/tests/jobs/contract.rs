//! The JSON of `status`, `failures` and of a run's report, frozen: names,
//! order and kinds of everything in them. Values that differ from run to run
//! are written as their kind.

use std::time::Duration;

use forebear_testkit::{Fault, Matcher, Quota, Times};
use forebear_tests::Data;
use serde_json::Value;

use super::{Running, job, place, state, text, wait_for};

/// What differs from run to run, by key.
const VARYING: &[&str] = &[
    "data",
    "as_of",
    "process",
    "host",
    "since",
    "updated",
    "registry",
    "duration",
    "bytes_received",
    "file",
    "bytes",
    "requests_per_second",
    "message",
    "first_failure",
    "next_try",
    "subject",
    "told_at",
    // How many facts share a record depends on when they came.
    "records",
    "records_before",
    "records_after",
    "bytes_before",
    "bytes_after",
    // Of who works there, and of a limit.
    "doing",
    "reason",
    "next",
    "wait",
    "until",
];

/// The same document with what varies written as its kind.
fn shape(document: &Value) -> Value {
    let kind = |value: &Value| match value {
        Value::Number(_) => "(number)".into(),
        Value::String(text) if text != "(number)" => "(text)".into(),
        other => other.clone(),
    };
    match document {
        Value::Object(map) => {
            let shaped = map.iter().map(|(key, value)| {
                let varies = VARYING.contains(&key.as_str());
                (key.clone(), if varies { kind(value) } else { shape(value) })
            });
            shaped.collect::<serde_json::Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(shape).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

/// Where something ends in the midst of it, how far it came is another number each time.
fn without_numbers(document: &Value) -> Value {
    match document {
        Value::Number(_) => "(number)".into(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), without_numbers(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(without_numbers).collect::<Vec<_>>().into(),
        Value::Null | Value::Bool(_) | Value::String(_) => document.clone(),
    }
}

#[track_caller]
fn check(name: &str, document: &Value) {
    let file = format!("{}/contract/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let found = format!("{}\n", serde_json::to_string_pretty(&shape(document)).expect("JSON"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&file, &found).expect("the golden file");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, kept, "{file}; UPDATE_GOLDEN=1 writes it");
}

fn json(data: &Data, arguments: &[&str], code: i32) -> Value {
    data.crawl(&[arguments, &["--format", "json"]].concat()).expect_code(code).json()
}

#[test]
fn the_json_of_every_command() {
    let (server, data, jobs) = place(2);
    server.options(|options| options.headers.push(("ratelimit-remaining".to_owned(), "76;w=21600".to_owned())));
    server.options(|options| options.headers.push(("ratelimit-limit".to_owned(), "100;w=21600".to_owned())));
    server.fault(Matcher::get("/v2/acme/app/manifests/sha256:"), Fault::status(404, "MANIFEST_UNKNOWN"), Times::Once);
    let file = job(&jobs, "golden", "0 3 * * *", &server.host(), "rate = \"50/s\"\nconcurrency = 1");
    check("crawl-run", &json(&data, &["run", text(&file), "--now", "2026-03-01T03:00:00Z"], 3));
    check("crawl-status", &json(&data, &["status"], 0));
    check("crawl-failures", &json(&data, &["failures"], 0));
    check("crawl-publish", &json(&data, &["publish"], 0));
    check("crawl-validate", &json(&data, &["validate", text(&file)], 0));
    check("crawl-dry-run", &json(&data, &["run", text(&file), "--dry-run"], 0));
    check("crawl-store-check", &json(&data, &["store", "check"], 0));
    check("crawl-store-rebuild", &json(&data, &["store", "rebuild"], 0));
    check("crawl-store-compact", &json(&data, &["store", "compact"], 0));
    check("crawl-store-accept-loss", &json(&data, &["store", "accept-loss"], 0));
}

/// P826: a run that did all of its job, of which a part is about nothing.
#[test]
fn p826_a_run_that_warns() {
    let (server, data, jobs) = place(1);
    let more = "concurrency = 1\n[select]\nrepositories = [\"acme/app\", \"nobody/*\"]";
    let file = job(&jobs, "warned", "", &server.host(), more);
    check("crawl-run-warned", &json(&data, &["run", text(&file), "--now", "2026-03-01T03:00:00Z"], 0));
}

/// P826: a run that a limit ends.
#[test]
fn p826_a_run_that_was_ended() {
    let (server, data, jobs) = place(6);
    server.options(|options| {
        options.quota = Some(Quota { limit: 5, window: Duration::from_secs(600), retry_after: true });
    });
    let file = job(&jobs, "limited", "", &server.host(), "concurrency = 1\nquota_reserve = 3");
    let report = json(&data, &["run", text(&file), "--now", "2026-03-01T03:00:00Z"], 4);
    check("crawl-run-stopped", &without_numbers(&report));
}

/// P826: somebody works in the data folder.
#[test]
fn p826_status_while_a_scheduler_waits() {
    let (server, data, jobs) = place(1);
    // On a leap day: not while this test runs, but once in four years.
    _ = job(&jobs, "rare", "0 3 29 2 *", &server.host(), "");
    let scheduler = Running::start(data.command("forebear-crawl", &["schedule", text(&jobs)]));
    wait_for("it waits", || state(&data, "rare")["next"].is_string());
    check("crawl-status-scheduling", &json(&data, &["status"], 0));
    scheduler.signal("-TERM");
    _ = scheduler.end().expect_code(0);
}

/// P826: a log that lost its end.
#[test]
fn p826_a_store_that_lost_records() {
    let (server, data, _) = place(6);
    _ = data.crawl_hub(&server.host(), &["--now", "2026-03-01T03:00:00Z"]);
    let log = std::fs::read_dir(data.path().join("store/facts")).expect("a log");
    let segment = log.map(|entry| entry.expect("an entry").path()).max().expect("a segment");
    let bytes = std::fs::read(&segment).expect("a segment");
    std::fs::write(&segment, &bytes[..bytes.len() / 2]).expect("it can be cut off");
    check("crawl-store-check-lost", &without_numbers(&json(&data, &["store", "check"], 2)));
    check("crawl-store-accept-loss-of-records", &without_numbers(&json(&data, &["store", "accept-loss"], 0)));
}
