//! Memory stays bounded, whatever a registry lists.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use forebear_tests::Data;
use forebear_tests::memory::{measured, peak};
use serde_json::Value;

use crate::endless::Endless;

const NIGHT: &str = "2024-12-01T03:00:00Z";
/// The store's cache, in MiB.
const CACHE: u64 = 32;

fn start(data: &Data, registry: &Endless) -> Child {
    let (host, cache) = (registry.host(), CACHE.to_string());
    let arguments = ["run", "--registry", &host, "--now", NIGHT, "--quiet", "--cache", &cache];
    let mut command = data.command("forebear-crawl", &arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}

/// Queues this many tags, asks for some of them, and is interrupted.
fn queue(tags: u64, asked: u64, patience: Duration) -> u64 {
    let registry = Endless::start(tags);
    let data = Data::new();
    let mut child = start(&data, &registry);
    let begun = Instant::now();
    let mut most = 0;
    while registry.heads() < asked {
        assert!(begun.elapsed() < patience, "{} pages, {} tags asked for", registry.pages(), registry.heads());
        assert!(child.try_wait().expect("it can be asked").is_none(), "it has ended");
        most = most.max(peak(child.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(50));
    }
    most = most.max(peak(child.id()).unwrap_or_default());
    assert!(registry.pages() >= tags / 1_000);
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().is_ok());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let line = format!("{tags} tags queued, {} asked for: at most {most} MiB\n", registry.heads());
    drop(std::io::stderr().write_all(line.as_bytes()));
    most
}

#[test]
fn a_hundred_thousand_queued_tags_in_bounded_memory() {
    let most = queue(100_000, 2_000, Duration::from_secs(120));
    assert!(most < BOUND, "{most} MiB");
}

#[test]
#[ignore = "a minute; make test-slow"]
fn slow_a_million_queued_tags_in_the_same_memory() {
    let most = queue(1_000_000, 20_000, Duration::from_secs(600));
    assert!(most < MILLION, "{most} MiB");
}

/// All of them walked, which is a million observations in the store.
#[test]
#[ignore = "minutes; make test-slow"]
fn slow_a_million_walked_tags() {
    let most = queue(1_000_000, 999_000, Duration::from_secs(1_200));
    assert!(most < WALKED, "{most} MiB");
}

/// Each tag leads to a manifest of its own that nobody may have: as many failures, each a row.
#[test]
#[ignore = "minutes; make test-slow"]
fn slow_75_000_failures() {
    let registry = Endless::denying(75_000);
    let data = Data::new();
    let (host, cache) = (registry.host(), CACHE.to_string());
    let arguments = ["run", "--registry", &host, "--now", NIGHT, "--format", "json", "--quiet", "--cache", &cache];
    let (ran, most) = measured(&mut data.command("forebear-crawl", &arguments));
    let report: Value = ran.expect_code(3).json();
    assert_eq!(report["failures"], serde_json::json!({"forbidden": 75_000}), "{report}");
    let listed = data.crawl(&["failures", "--format", "json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(75_000));
    drop(std::io::stderr().write_all(format!("75,000 failures: at most {most} MiB\n").as_bytes()));
    assert!(most < FAILED, "{most} MiB");
}

/// In MiB: the cache, the program, a list of a million names.
const BOUND: u64 = 160;
/// In MiB: of ten times the tags, 160 were measured.
const MILLION: u64 = 200;
/// In MiB: 241 were measured. sled takes more for its pages than it counts against its cache.
const WALKED: u64 = 320;

/// In MiB: of a crawl in which 75,000 items failed, 151 were measured.
const FAILED: u64 = 180;

/// Ten million tags: the list is given up, with one reason, and the run ends.
#[test]
#[ignore = "a minute; make test-slow"]
fn slow_r15_ten_million_tags_are_one_recorded_reason() {
    let registry = Endless::start(10_000_000);
    let data = Data::new();
    let (host, cache) = (registry.host(), CACHE.to_string());
    let arguments = ["run", "--registry", &host, "--now", NIGHT, "--format", "json", "--cache", &cache];
    let begun = Instant::now();
    let report: Value = data.crawl(&arguments).expect_code(3).json();
    assert!(begun.elapsed() < Duration::from_secs(300), "{:?}", begun.elapsed());
    assert_eq!((&report["tags"], &report["failures"]), (&0.into(), &serde_json::json!({"too_many": 1})));
    assert!(registry.pages() <= 2_001, "{} pages", registry.pages());
    let failures = data.crawl(&["failures", "--format", "json"]).json();
    assert_eq!(failures.as_array().map(Vec::len), Some(1));
    let message = failures[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("more than 2000000 tags") && message.contains("left out"), "{message}");
}
