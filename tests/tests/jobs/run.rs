//! `forebear-crawl run JOB.toml…`

use serde_json::Value;

use super::{job, place, text};

#[test]
fn a_job_file_is_run() {
    let (server, data, jobs) = place(3);
    let file = job(&jobs, "small", "", &server.host(), "[select]\nrepositories = [\"acme/*\"]");
    let ran = data.crawl(&["run", text(&file), "--now", "2026-03-01T03:00:00Z", "--format", "json"]).expect_code(0);
    let report = ran.json();
    assert_eq!((&report["job"], &report["images_new"]), (&"small".into(), &3.into()));
    assert_eq!(report["published"]["images"], 3);
    let kept = std::fs::read_dir(data.path().join("reports/small")).expect("reports").count();
    assert_eq!(kept, 1);
    let metrics = std::fs::read_to_string(data.path().join("metrics.prom")).expect("metrics");
    let line =
        format!("forebear_crawl_run_items{{job=\"small\",registry=\"{}\",what=\"images_new\"}} 3", server.host());
    assert!(metrics.lines().any(|found| found == line), "{metrics}");
    // Every sample belongs to a family that says what it is.
    for sample in metrics.lines().filter(|line| !line.starts_with('#')) {
        let family = sample.split('{').next().unwrap_or_default();
        assert!(metrics.contains(&format!("# TYPE {family} gauge")) && metrics.contains(&format!("# HELP {family} ")));
    }
}

#[test]
fn several_jobs_run_one_after_another_and_one_that_cannot_stops_none() {
    let (server, data, jobs) = place(2);
    let files = [
        job(&jobs, "down", "", "127.0.0.1:1", ""),
        job(&jobs, "bases", "", &server.host(), "[select]\nrepositories = [\"library/*\"]\n[publish]\nindex = false"),
        job(&jobs, "apps", "", &server.host(), "[select]\nrepositories = [\"acme/*\"]"),
    ];
    let arguments: Vec<&str> = ["run"].into_iter().chain(files.iter().map(|file| text(file))).collect();
    let ran = data.crawl(&[&*arguments, &["--format", "json"]].concat()).expect_code(2);
    assert!(ran.stderr.contains("error: down: "), "{}", ran.stderr);
    let reports = ran.json();
    let of = |report: &Value| (report["job"].clone(), report["published"]["images"].clone());
    assert_eq!(of(&reports[0]), ("bases".into(), Value::Null));
    assert_eq!(of(&reports[1]), ("apps".into(), 3.into()));
    assert_eq!(data.ask("parent", "acme/app:1")["parent"]["reference"], "docker.io/library/base:1");
}

#[test]
fn mistakes_are_told_before_anything_is_sent() {
    let (server, data, jobs) = place(1);
    let good = job(&jobs, "good", "", &server.host(), "");
    let bad = job(&jobs, "bad", "", &server.host(), "ratte = \"5/s\"");
    let same = job(&jobs.join("other"), "good", "", &server.host(), "");
    let ran = data.crawl(&["run", text(&good), text(&bad), text(&same)]).expect_code(2);
    assert!(ran.stderr.contains("bad.toml:5:1: unknown field `ratte`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("other/good.toml: the name 'good' is taken by"), "{}", ran.stderr);
    assert!(server.requests().is_empty() && !data.path().join("store").exists());
    let both = data.crawl(&["run", text(&good), "--registry", &server.host()]).expect_code(2);
    assert!(both.stderr.contains("cannot be used with"), "{}", both.stderr);
    let neither = data.crawl(&["run"]).expect_code(2);
    assert!(neither.stderr.contains("JOB.toml") && neither.stderr.contains("--registry"), "{}", neither.stderr);
}
