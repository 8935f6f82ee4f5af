//! `forebear-crawl run JOB.toml…`

use std::time::Duration;

use forebear_testkit::{Catalog, Fault, ImageBuilder, Matcher, Quota, Server, Times, World};
use serde_json::Value;

use super::{Running, job, place, state, text, wait_for};

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

#[test]
fn r10_a_registry_without_a_catalog_says_what_to_do_and_a_namespace_is_walked() {
    let (server, data, jobs) = place(2);
    server.options(|options| options.catalog = Catalog::Refused401);
    let whole = job(&jobs, "whole", "", &server.host(), "");
    let refused = data.crawl(&["run", text(&whole)]).expect_code(2);
    assert!(refused.stderr.contains("nothing could be crawled"), "{}", refused.stderr);

    // Two pages of a namespace, as Docker Hub lists it; one repository is another's.
    let api = Server::start(World::new());
    let list = "/v2/namespaces/acme/repositories";
    let first =
        format!(r#"{{"next":"http://{}{list}?page=2","results":[{{"name":"app"}},{{"name":"gone"}}]}}"#, api.host());
    let second = r#"{"next":null,"results":[{"name":"tool"},{"name":"base","namespace":"library"}]}"#;
    api.fault(Matcher::get(&format!("{list}?page_size=")), Fault::body(first), Times::Always);
    api.fault(Matcher::get(&format!("{list}?page=2")), Fault::body(second), Times::Always);
    let select = "[select]\nsource = \"namespace\"\nrepositories = [\"acme/[a-m]*\"]";
    let file = job(&jobs, "hub", "", &server.host(), &format!("namespace_api = \"http://{}/\"\n{select}", api.host()));
    server.clear_requests();
    let report = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(0).json();
    assert_eq!((&report["images_new"], &report["requests"]["namespace"]), (&2.into(), &2.into()));
    // What another namespace's name does in the list is said, and not asked for.
    assert_eq!((&report["warnings"][0]["kind"], &report["rejected_names"]), (&"invalid_name".into(), &1.into()));
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert!(!asked.iter().any(|path| path.contains("_catalog") || path.contains("tool") || path.contains("library")));
    assert!(asked.iter().any(|path| path.contains("acme/gone/tags")), "{asked:?}");
    assert!(server.requests().iter().all(|request| request.authorization.is_none()));
}

/// Docker Hub lists the namespace, a proxy project has the images.
#[test]
fn p303_a_namespace_is_walked_through_a_proxy_project() {
    let (server, data, jobs) = place(0);
    let api = Server::start(World::new());
    let listed = r#"{"next":null,"results":[{"name":"app"},{"name":"base"}]}"#;
    api.fault(Matcher::get("/v2/namespaces/acme/repositories"), Fault::body(listed), Times::Always);
    server.world(|world| {
        let app = ImageBuilder::scratch("linux/amd64").add_rootfs("app").build();
        world.push("dockerhub/acme/app:1", &app);
    });
    let more = format!(
        "strip_prefix = \"dockerhub/\"\nnamespace_api = \"http://{}/\"\n[select]\nsource = \"namespace\"\nrepositories = [\"acme/*\"]",
        api.host()
    );
    let file = job(&jobs, "proxy", "", &server.host(), &more);
    let report = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(0).json();
    assert_eq!((&report["images_new"], &report["repositories"]), (&1.into(), &2.into()));
    let found = data.query(&["parent", "docker.io/acme/app:1", "--format", "json"]).json();
    assert_eq!(found["image"]["reference"], "docker.io/acme/app:1");
    let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
    assert!(asked.iter().all(|path| path == "/v2/" || path.starts_with("/v2/dockerhub/acme/")), "{asked:?}");
}

#[test]
fn r4_a_run_stops_at_its_reserve_and_sends_nothing_until_the_quota_is_back() {
    let (server, data, jobs) = place(20);
    server.options(|options| {
        options.quota = Some(Quota { limit: 12, window: Duration::from_secs(600), retry_after: true });
    });
    let file = job(&jobs, "small-quota", "", &server.host(), "quota_reserve = 4\nconcurrency = 2");
    let pulls = || server.requests().iter().filter(|r| r.method == "GET" && r.path.contains("/manifests/")).count();
    let report = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(4).json();
    // Never below the reserve, whatever was under way.
    assert!((6..=8).contains(&pulls()), "{}", pulls());
    assert!(report["open"].as_u64() > Some(0) && report["stopped"]["limit"]["until"].is_string(), "{report}");
    assert!(server.requests().iter().all(|request| request.status != Some(429)));
    // Published all the same, and status knows.
    assert_eq!(report["published"]["images"], pulls());
    let status = data.crawl(&["status"]).expect_code(0).stdout;
    for part in ["stopped", "limit", "of 12 pulls left in 10 min"] {
        assert!(status.contains(part), "no '{part}' in {status}");
    }
    // Another run before the end of the window is refused by itself.
    server.clear_requests();
    let again = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(4).json();
    assert_eq!(server.requests().len(), 0);
    assert_eq!(again["stopped"]["limit"]["until"], report["stopped"]["limit"]["until"]);
}

#[test]
fn r23_windows_that_are_short_are_waited_for_and_never_overdrawn() {
    let (server, data, jobs) = place(20);
    server.options(|options| {
        options.quota = Some(Quota { limit: 12, window: Duration::from_secs(3), retry_after: true });
    });
    let file = job(&jobs, "short-windows", "", &server.host(), "quota_reserve = 4\nconcurrency = 2");
    _ = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(0);
    let requests = server.requests();
    let pulls = requests.iter().filter(|r| r.method == "GET" && r.path.contains("/manifests/"));
    assert_eq!(pulls.count(), 21, "each manifest once");
    assert!(requests.iter().all(|request| request.status != Some(429)));
}

#[test]
fn a_run_that_was_resumed_and_failed_on_one_item_is_published() {
    let (server, data, jobs) = place(12);
    let file = job(&jobs, "stalls", "", &server.host(), "");
    server.fault(Matcher::get("/blobs/"), Fault::StallBeforeHeaders, Times::Always);
    let crawl = Running::start(data.command("forebear-crawl", &["run", text(&file)]));
    wait_for("all tags are done", || state(&data, "stalls")["frontier"]["tags_done"] == 13);
    crawl.signal("-TERM");
    // What is in flight is given up after ten seconds.
    _ = crawl.end().expect_code(130);
    server.clear_faults();
    server.fault(Matcher::get("/blobs/"), Fault::status(500, "UNKNOWN"), Times::Always);
    let report = data.crawl(&["run", text(&file), "--format", "json"]).expect_code(3).json();
    assert_eq!(report["failures"], serde_json::json!({ "server_error": 13 }));
    // Its lists are behind it, and count: that is not "nothing could be crawled".
    assert_eq!((&report["resumed"], &report["repositories"]), (&true.into(), &2.into()));
    assert_eq!(report["published"]["images"], 13);
    assert_eq!(state(&data, "stalls")["phase"], "some_failed");
}

#[test]
fn an_interruption_is_told_before_a_job_that_could_not_run() {
    let (server, data, jobs) = place(80);
    let down = job(&jobs, "down", "", "127.0.0.1:1", "");
    let slow = job(&jobs, "slow", "", &server.host(), "rate = \"20/s\"");
    let after = job(&jobs, "after", "", &server.host(), "");
    let crawl = Running::start(data.command("forebear-crawl", &["run", text(&down), text(&slow), text(&after)]));
    wait_for("the second crawls", || state(&data, "slow")["frontier"]["tags_done"].as_u64() > Some(2));
    crawl.signal("-INT");
    let ran = crawl.end().expect_code(130);
    assert!(ran.stderr.contains("error: down: "), "{}", ran.stderr);
    assert_eq!(state(&data, "after"), Value::Null, "it is not begun");
}
