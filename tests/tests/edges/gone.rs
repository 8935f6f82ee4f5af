//! A real registry that goes away in the middle of a crawl, and comes back.

use std::process::Stdio;
use std::time::{Duration, Instant};

use forebear_testkit::real::{DockerRegistry, real_file};
use forebear_tests::Data;

/// How long anything is waited for that takes no time: machines are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// The run stops as at a limit and is gone on with; no tag is a failure for it.
#[test]
fn p584_a_registry_that_dies_stops_the_run() {
    let Some(storage) = real_file("stories/stories.storage.tar.zst") else { return };
    let Some(mut registry) = DockerRegistry::start(&storage) else { return };
    let data = Data::new();
    let host = registry.host();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--now", "2025-01-01T00:00:00Z"];
    let mut command = data.command("forebear-crawl", &[&arguments[..], &["--rate", "5/s"]].concat());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let state = |key: &str| {
        let status = data.crawl(&["status", "--format", "json"]).expect_code(0).json();
        status["jobs"][0]["frontier"][key].as_u64().unwrap_or_default()
    };
    let begun = Instant::now();
    while state("tags_done") < 2 {
        assert!(begun.elapsed() < PATIENCE, "two tags were not looked at within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
    registry.stop();
    let ended = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert_eq!(ended.status.code(), Some(4), "{said}");
    assert!(said.contains("  stopped: the registry stopped answering after "), "{said}");
    assert!(said.contains("  nothing that was fetched is lost; "), "{said}");
    let status = data.crawl(&["status"]).expect_code(0).stdout;
    assert!(status.contains(": the registry stopped answering; the next run goes on"), "{status}");
    assert_eq!(data.crawl(&["failures"]).expect_code(0).stdout, "no failures\n");
    // What is published meanwhile says that it is not all.
    let stats = data.query(&["stats"]).expect_code(0).stdout;
    assert!(stats.contains("  incomplete    ") || state("listing") == 0, "{stats}");
    registry.serve_instead(&registry.first_storage());
    let again = data.crawl(&arguments).expect_code(0).stdout;
    assert!(again.contains("went on with the run of 2025-01-01T00:00:00Z"), "{again}");
    let whole = Data::new();
    let alone = whole.crawl(&arguments).expect_code(0).stdout;
    let counts = |said: &str| said.lines().nth(1).map(str::to_owned);
    assert_eq!(counts(&again), counts(&alone), "the run is counted, not the process");
    let bytes = |data: &Data| {
        let name = std::fs::read_to_string(data.path().join("index/CURRENT")).expect("an index");
        std::fs::read(data.path().join("index").join(name.trim())).expect("an index")
    };
    assert!(bytes(&data) == bytes(&whole), "the same facts, the same bytes");
}
