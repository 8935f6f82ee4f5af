//! SIGINT and SIGTERM: the first finishes what is in flight, within a bound;
//! the second ends at once. Either way the next run goes on.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::{Fault, Matcher, Server, Times};
use forebear_tests::Data;

use crate::worlds;

const NIGHT: &str = "2024-12-01T03:00:00Z";

fn start(data: &Data, server: &Server, more: &[&str]) -> Child {
    let host = server.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--now", NIGHT, "--quiet"];
    let mut command = data.command("forebear-crawl", &[&arguments, more].concat());
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let begun = Instant::now();
    while server.requests().len() < 20 {
        assert!(begun.elapsed() < Duration::from_secs(60), "it does not crawl");
        std::thread::sleep(Duration::from_millis(5));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill runs");
    assert!(status.success());
}

/// Exit code, and how long it took.
fn end(mut child: Child) -> (Option<i32>, Duration) {
    let begun = Instant::now();
    (child.wait().expect("it ends").code(), begun.elapsed())
}

#[test]
fn a_signal_finishes_what_is_in_flight_and_publishes_nothing() {
    for name in ["-INT", "-TERM"] {
        let server = Server::start(worlds::first());
        let data = Data::new();
        let child = start(&data, &server, &["--rate", "200/s"]);
        signal(&child, name);
        let (code, took) = end(child);
        assert_eq!(code, Some(130), "{name}");
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(!data.path().join("index/CURRENT").exists(), "an interrupted run publishes nothing");
        let answered: Vec<String> = digests(&server);
        let report = data.crawl_hub(&server.host(), &["--now", NIGHT, "--format", "json"]).json();
        assert_eq!((&report["resumed"], &report["open"]), (&true.into(), &0.into()));
        let all = digests(&server);
        let again = answered.iter().filter(|digest| all.iter().filter(|other| other == digest).count() > 1);
        assert_eq!(again.count(), 0, "what was in flight was finished and kept");
    }
}

fn digests(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let gets = requests.iter().filter(|request| request.method == "GET");
    gets.filter_map(|request| Some(request.path.rsplit_once("sha256:")?.1.to_owned())).collect()
}

/// What hangs is given up after ten seconds, or at once at the second signal.
#[test]
fn what_hangs_does_not_hold_the_process() {
    for (again, least, most) in [(false, 9, 30), (true, 0, 8)] {
        let server = Server::start(worlds::first());
        server.fault(Matcher::head("/manifests/1.1"), Fault::StallBeforeHeaders, Times::Always);
        let data = Data::new();
        let child = start(&data, &server, &[]);
        let begun = Instant::now();
        while !server.requests().iter().any(|request| request.path.contains("/manifests/1.1")) {
            assert!(begun.elapsed() < Duration::from_secs(60), "it does not crawl");
            std::thread::sleep(Duration::from_millis(5));
        }
        signal(&child, "-INT");
        if again {
            std::thread::sleep(Duration::from_millis(500));
            signal(&child, "-TERM");
        }
        let (code, took) = end(child);
        assert_eq!(code, Some(130));
        assert!((least..most).contains(&took.as_secs()), "{took:?}, second signal: {again}");
        server.clear_faults();
        _ = data.crawl_hub(&server.host(), &["--now", NIGHT]);
    }
}
