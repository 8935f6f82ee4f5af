//! A registry's limits, as who operates a crawl meets them.

use forebear_testkit::{Fault, Matcher, Times};

use super::place;

/// In one request, after whatever else went wrong.
#[test]
fn p450_a_limit_of_a_second_ends_no_run() {
    let (server, data, _) = place(2);
    let tag = || Matcher::head("/acme/app/manifests/1");
    server.fault(tag(), Fault::server_error(), Times::N(3));
    server.fault(tag(), Fault::too_many_requests(Some("1")), Times::N(2));
    let ran = data.crawl_hub(&server.host(), &["--format", "json"]);
    let report = ran.json();
    assert_eq!((&report["tags"], &report["stopped"]), (&3.into(), &serde_json::Value::Null));
}

/// A registry's mistake, or a joke, and what ends it.
#[test]
fn p453_one_answer_does_not_close_a_registry_for_years() {
    let run = |more: &[&str]| {
        let (server, data, _) = place(2);
        let years = Fault::status(503, "UNAVAILABLE").with_header("retry-after", "999999999");
        server.fault(Matcher::head("/acme/app/manifests/1"), years, Times::Once);
        let host = server.host();
        let arguments = [&["run", "--registry", &host, "--name-as", "docker.io"], more].concat();
        let stopped = data.crawl(&arguments).expect_code(4);
        for sentence in [
            "stopped: the registry's limit is reached until 20",
            "more than a week is not taken for granted: the next run asks once whether it still stands, and no run \
             more than once an hour; --ignore-hold goes on at once",
        ] {
            assert!(stopped.stdout.contains(sentence), "{}", stopped.stdout);
        }
        (server, data, arguments.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    };
    let (_server, data, arguments) = run(&[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    _ = data.crawl(&arguments).expect_code(0);
    assert_eq!(data.ask("parent", "acme/app:1")["parent"]["reference"], "docker.io/library/base:1");
    // While it has not come to its senses, it is asked once.
    let (server, data, arguments) = run(&[]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    server.fault(Matcher::any(), Fault::server_error(), Times::Always);
    for asked in [1, 0] {
        server.clear_requests();
        _ = data.crawl(&arguments).expect_code(4);
        assert_eq!(server.requests().len(), asked);
    }
    // The owner's word.
    server.clear_faults();
    _ = data.crawl(&arguments).expect_code(4);
    _ = data.crawl(&[&arguments[..], &["--ignore-hold"]].concat()).expect_code(0);
}
