//! R20: several crawlers on one folder.

use std::process::Stdio;
use std::time::{Duration, Instant};

use forebear_testkit::{Fault, Matcher, Server, Times};
use forebear_tests::{Data, run};

use crate::worlds;

/// Exactly one gets the folder, the others are told clearly, and whoever asks
/// meanwhile is answered from the index in force.
#[test]
fn r20_one_crawler_wins_the_others_are_told_and_queries_go_on() {
    let server = Server::start(worlds::first());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--repo", "library/*", "--now", "2024-12-01T03:00:00Z"]);
    let slow = Matcher::path("/v2/team0/app0/tags/list");
    server.fault(slow, Fault::Delay(Duration::from_secs(4)), Times::Once);
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--now", "2024-12-02T03:00:00Z"];
    let start = |_| {
        let mut command = data.command("forebear-crawl", &arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let crawlers: Vec<_> = (0..4).map(start).collect();
    let begun = Instant::now();
    while !server.requests().iter().any(|request| request.path.contains("team0/app0")) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody crawls");
        std::thread::sleep(Duration::from_millis(20));
    }
    let answer = data.ask("parent", "library/base0:1");
    assert_eq!(answer["no_parent_because"]["code"], "scratch_inferred", "{answer}");
    let refused = run(&mut data.command("forebear-crawl", &["publish"]), "").expect_code(2);
    assert!(refused.stderr.contains("another crawler works in"), "{}", refused.stderr);
    let mut codes = Vec::new();
    for crawler in crawlers {
        let output = crawler.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        codes.push(output.status.code().unwrap_or(-1));
        if output.status.code() != Some(0) {
            assert!(stderr.contains("another crawler works in") && stderr.contains("--data"), "{stderr}");
        }
    }
    codes.sort_unstable();
    assert_eq!(codes, [0, 2, 2, 2], "one wins");
    assert_eq!(data.ask("parent", "team0/app0:1.1")["image"]["platform"], "linux/amd64");
}
