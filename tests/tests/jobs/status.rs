//! `status` and `failures`, while a crawl runs and after.

use forebear_testkit::{Fault, Matcher, Times};
use serde_json::json;

use super::{Running, job, place, state, text, wait_for};

/// Slow enough to be looked at.
const SLOW: &str = "rate = \"20/s\"";

#[test]
fn status_is_live_while_a_crawl_runs() {
    let (server, data, jobs) = place(120);
    let file = job(&jobs, "slow", "0 3 * * *", &server.host(), SLOW);
    assert_eq!(state(&data, "slow"), json!(null), "before there was any");
    let crawl = Running::start(data.command("forebear-crawl", &["run", text(&file)]));
    wait_for("the crawl is seen", || state(&data, "slow")["frontier"]["tags_done"].as_u64() > Some(10));
    let seen = state(&data, "slow");
    assert_eq!((&seen["phase"], &seen["process"]), (&json!("crawling"), &json!(crawl.id())));
    assert_eq!((&seen["pace"]["rate"], &seen["schedule"]), (&json!("20/s"), &json!("0 3 * * * UTC")));
    assert!(seen["eta"].as_u64().is_some_and(|eta| eta > 0), "{seen}");
    assert!(seen["pace"]["requests_per_second"].as_f64().is_some_and(|pace| pace > 1.0 && pace <= 25.0), "{seen}");
    let told = data.crawl(&["status"]).expect_code(0).stdout;
    assert!(
        told.contains(&format!("running in {}: process {}", data.path().display(), crawl.id()))
            && told.contains("of 20/s"),
        "{told}"
    );
    // It gets further.
    let requests = |state: &serde_json::Value| state["frontier"]["requests"].as_u64();
    wait_for("it gets on", || requests(&state(&data, "slow")) > requests(&seen));

    // Another crawler is told whom it would disturb; failures are as last left.
    for second in [&["run", text(&file)][..], &["publish"], &["schedule", text(&jobs)]] {
        let refused = data.crawl(second).expect_code(2).stderr;
        assert!(
            refused.contains(&format!("another crawler works in {}: process {}", data.path().display(), crawl.id())),
            "{refused}"
        );
        assert!(refused.contains("forebear-crawl status"), "{refused}");
    }
    let failures = data.crawl(&["failures", "--format", "json"]).expect_code(0);
    assert_eq!(failures.json(), json!([]));
    assert!(failures.stderr.contains("a crawler works here"), "{}", failures.stderr);

    // Killed, it is not taken for one that runs.
    crawl.signal("-KILL");
    _ = crawl.end();
    let seen = state(&data, "slow");
    assert_eq!((&seen["phase"], &seen["eta"]), (&json!("interrupted"), &json!(null)));
    let told = data.crawl(&["status"]).expect_code(0).stdout;
    assert!(told.contains("no crawler is running in") && told.contains("interrupted"), "{told}");
}

#[test]
fn status_tells_failures_by_kind() {
    let (server, data, jobs) = place(3);
    let missing = Matcher::get("/v2/acme/app/manifests/sha256:");
    server.fault(missing, Fault::status(500, "UNKNOWN"), Times::Always);
    let file = job(&jobs, "failing", "", &server.host(), "");
    _ = data.crawl(&["run", text(&file)]).expect_code(3);
    let seen = state(&data, "failing");
    assert_eq!((&seen["phase"], &seen["report"]["failures"]), (&json!("some_failed"), &json!({ "server_error": 3 })));
    let told = data.crawl(&["status"]).expect_code(0).stdout;
    assert!(told.contains("failed: server_error 3"), "{told}");
    let listed = data.crawl(&["failures"]).expect_code(0).stdout;
    assert!(listed.starts_with("server_error: 3 items\n"), "{listed}");
    let metrics = std::fs::read_to_string(data.path().join("metrics.prom")).expect("metrics");
    let failed = format!(
        "forebear_crawl_run_failures{{job=\"failing\",kind=\"server_error\",registry=\"{}\"}} 3",
        server.host()
    );
    assert!(metrics.contains(&failed), "{metrics}");
}
