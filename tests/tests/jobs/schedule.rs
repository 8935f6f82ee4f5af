//! `forebear-crawl schedule DIR`

use std::fs;

use forebear_testkit::real::{DockerRegistry, real_file};
use forebear_tests::Data;
use serde_json::{Value, json};

use super::{Running, job, place, state, text, wait_for};

/// Writes what a scheduler remembered of a job: that it was last begun long ago.
fn remember(data: &Data, job: &str, since: &str) {
    let folder = data.path().join("state");
    fs::create_dir_all(&folder).expect("a folder");
    let memory = json!({ job: { "since": since, "resume_at": null } });
    fs::write(folder.join("schedule.json"), memory.to_string()).expect("a memory");
}

fn reports(data: &Data, job: &str) -> usize {
    fs::read_dir(data.path().join("reports").join(job)).map_or(0, Iterator::count)
}

#[test]
fn what_was_missed_is_caught_up_once() {
    let (server, data, jobs) = place(2);
    _ = job(&jobs, "nightly", "0 3 * * *", &server.host(), "");
    // Weeks of nights.
    remember(&data, "nightly", "2026-01-01T03:00:00Z");
    let scheduler = Running::start(data.command("forebear-crawl", &["schedule", text(&jobs), "--format", "json"]));
    wait_for("the missed night is run", || state(&data, "nightly")["phase"] == "done");
    wait_for("the next is known", || state(&data, "nightly")["next"].is_string());
    let next = state(&data, "nightly")["next"].as_str().expect("a time").to_owned();
    assert!(next.ends_with("T03:00:00Z"), "{next}");
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert_eq!(reports(&data, "nightly"), 1);
    scheduler.signal("-TERM");
    let ran = scheduler.end().expect_code(0);
    let lines = ran.json_lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!((&lines[0]["job"], &lines[0]["images_new"]), (&json!("nightly"), &json!(3)));
    // Remembered: another scheduler does not run it again.
    let again = Running::start(data.command("forebear-crawl", &["schedule", text(&jobs)]));
    wait_for("it waits", || {
        fs::read_to_string(data.path().join("state/lock")).is_ok_and(|lock| lock.contains("schedule"))
    });
    std::thread::sleep(std::time::Duration::from_secs(1));
    again.signal("-TERM");
    let ran = again.end().expect_code(0);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("next: nightly at"), "{ran:?}");
    assert_eq!(reports(&data, "nightly"), 1);
}

#[test]
fn a_new_job_waits_for_its_first_time() {
    let (server, data, jobs) = place(1);
    // On a leap day: not while this test runs, but once in four years.
    _ = job(&jobs, "rare", "0 3 29 2 *", &server.host(), "");
    _ = job(&jobs, "by-hand", "", &server.host(), "");
    let scheduler = Running::start(data.command("forebear-crawl", &["schedule", text(&jobs)]));
    wait_for("it waits", || state(&data, "rare")["next"].is_string());
    let seen = state(&data, "rare");
    assert_eq!(seen["phase"], "waiting");
    assert_eq!(state(&data, "by-hand"), Value::Null);
    scheduler.signal("-TERM");
    _ = scheduler.end().expect_code(0);
    assert!(server.requests().is_empty());
}

#[test]
fn a_signal_ends_a_run_and_the_next_goes_on() {
    let (server, data, jobs) = place(80);
    let file = job(&jobs, "slow", "0 3 * * *", &server.host(), "rate = \"20/s\"");
    remember(&data, "slow", "2026-01-01T03:00:00Z");
    let scheduler = Running::start(data.command("forebear-crawl", &["schedule", text(&jobs)]));
    wait_for("it crawls", || state(&data, "slow")["frontier"]["tags_done"].as_u64() > Some(5));
    let begun = std::time::Instant::now();
    scheduler.signal("-TERM");
    let ran = scheduler.end().expect_code(130);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    assert!(ran.stdout.contains("interrupted"), "{}", ran.stdout);
    assert_eq!(state(&data, "slow")["phase"], "interrupted");
    // Another scheduler would resume it at once, not tomorrow.
    let memory = fs::read_to_string(data.path().join("state/schedule.json")).expect("a memory");
    let memory: Value = serde_json::from_str(&memory).expect("JSON");
    assert!(memory["slow"]["resume_at"].is_string(), "{memory}");
    // The same job goes on; what was fetched is not fetched again.
    let faster = fs::read_to_string(&file).expect("the job").replace("rate = \"20/s\"", "");
    fs::write(&file, faster).expect("the job");
    let went_on = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(0).json();
    assert_eq!(went_on["resumed"], true);
    let gets: Vec<String> = server.requests().into_iter().filter(|r| r.method == "GET").map(|r| r.path).collect();
    let documents: Vec<&String> = gets.iter().filter(|path| path.contains("sha256:")).collect();
    let distinct: std::collections::HashSet<&&String> = documents.iter().collect();
    // Concurrency is 8: at most this many were in flight.
    assert!(documents.len() - distinct.len() <= 8, "{} of {}", distinct.len(), documents.len());
    assert_eq!(data.ask("parent", "acme/app:79")["parent"]["reference"], "docker.io/library/base:1");
}

#[test]
fn folders_that_cannot_be_scheduled() {
    let (server, data, jobs) = place(1);
    let check = |parts: &[&str]| {
        let ran = data.crawl(&["schedule", text(&jobs)]).expect_code(2);
        parts.iter().for_each(|part| assert!(ran.stderr.contains(part), "no '{part}' in {}", ran.stderr));
    };
    check(&["no such folder: "]);
    _ = job(&jobs, "by-hand", "", &server.host(), "");
    check(&["no job in it has a schedule"]);
    _ = job(&jobs, "wrong", "0 3 * *", &server.host(), "");
    _ = job(&jobs, "wrong-too", "0 3 * * *", "a b", "");
    check(&["wrong.toml:2:12: '0 3 * *' has 4 fields", "wrong-too.toml:4:8: 'a b' is not a registry"]);
    // What is no job file is ignored.
    fs::write(jobs.join("README.md"), "x").expect("a file");
    fs::write(jobs.join(".#wrong.toml"), "x").expect("a file");
    let ran = data.crawl(&["schedule", text(&jobs)]).expect_code(2);
    assert_eq!(ran.stderr.matches("error: ").count(), 2, "{}", ran.stderr);
}

/// The official images on two dates, and once more: three scheduled nights, of
/// which the last costs lists and HEADs, as its report says.
#[test]
fn s5_scheduled_nights_of_the_official_images() {
    let Some(first) = official("2018-01-15") else { return };
    let Some(second) = official("2018-01-28") else { return };
    let Some(mut registry) = DockerRegistry::start(&first) else { return };
    let (data, jobs) = (Data::new(), Data::new());
    _ = job(jobs.path(), "official", "0 3 * * *", &registry.host(), "");
    let night = |number: usize| {
        remember(&data, "official", "2018-01-01T03:00:00Z");
        let arguments = ["schedule", text(jobs.path()), "--format", "json"];
        let scheduler = Running::start(data.command("forebear-crawl", &arguments));
        wait_for("the night is over", || reports(&data, "official") == number);
        wait_for("the next is known", || state(&data, "official")["phase"] == "done");
        scheduler.signal("-TERM");
        scheduler.end().expect_code(0).json_lines().remove(0)
    };
    let begun = night(1);
    assert!(begun["images_new"].as_u64() > Some(600), "{begun}");
    let address = registry.host();
    registry.serve_instead(&second);
    assert_eq!(registry.host(), address, "the job names it");
    let changed = night(2);
    assert_eq!(changed["unchanged"], false);
    assert!(changed["tag_changes"]["moved"].as_u64() > Some(0), "{changed}");
    assert!(changed["requests"]["manifest_get"].as_u64() < begun["requests"]["manifest_get"].as_u64(), "{changed}");
    let quiet = night(3);
    assert_eq!((&quiet["unchanged"], &quiet["images_new"]), (&json!(true), &json!(0)));
    assert_eq!(quiet["requests"]["manifest_head"], quiet["tags"]);
    assert_eq!((&quiet["requests"]["manifest_get"], &quiet["requests"]["config"]), (&json!(0), &json!(0)));
}

fn official(date: &str) -> Option<std::path::PathBuf> {
    real_file(&format!("official/{date}.storage.tar.zst"))
}
