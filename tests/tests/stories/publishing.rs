//! S5: crawled again, killed at any moment and resumed, queried meanwhile.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use forebear_testkit::{Fault, Matcher, Options, Server, Times, World, demo};
use forebear_tests::Data;
use forebear_tests::served::Served;

const NOW: &str = "2024-06-01T00:00:00Z";

/// The published index: its file's name and bytes.
fn published(data: &Data) -> (String, Vec<u8>) {
    let folder = data.path().join("index");
    let name = std::fs::read_to_string(folder.join("CURRENT")).unwrap().trim().to_owned();
    let bytes = std::fs::read(folder.join(&name)).unwrap();
    (name, bytes)
}

/// The index files that lie in the folder, in force or not.
fn index_files(data: &Data) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.path().join("index")).unwrap();
    let files = entries.map(|entry| entry.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "forebear")).collect()
}

#[test]
fn s5_queries_go_on_while_indexes_are_published() {
    let Some(served) = Served::crawled("stories/stories.storage.tar.zst", &["--now", NOW]) else { return };
    let data = &served.data;
    let host = served.registry.host();
    let over = AtomicBool::new(false);
    let (asked, files) = std::thread::scope(|scope| {
        let ask = || {
            let mut asked = 0;
            while !over.load(Ordering::Relaxed) {
                let ran = data.query(&["parent", "lizrice/childimage", "--format", "json"]).expect_code(0);
                let answer = ran.json();
                assert_eq!(ran.stderr, "");
                assert_eq!(answer["parent"]["reference"], "docker.io/lizrice/imagetest:latest");
                assert_eq!(answer["parent"]["tag_now"]["first_seen"], NOW);
                asked += 1;
            }
            asked
        };
        let askers = [scope.spawn(ask), scope.spawn(ask)];
        // Each night's index differs in what was last seen when, so that each
        // replaces the file before.
        let mut files = std::collections::BTreeSet::new();
        for night in 2..=11 {
            data.crawl_hub(&host, &["--now", &format!("2024-06-{night:02}T00:00:00Z")]);
            _ = data.crawl(&["publish"]).expect_code(0);
            files.insert(published(data).0);
        }
        over.store(true, Ordering::Relaxed);
        (askers.map(|asker| asker.join().unwrap()).iter().sum::<usize>(), files)
    });
    assert_eq!(files.len(), 10);
    assert!(asked >= 10, "{asked}");
    assert!(index_files(data).len() <= 2, "{:?}", index_files(data));
    println!("{asked} answers while {} indexes were published", files.len());
}

#[test]
fn s5_one_state_gives_one_index() {
    let Some(eight) = Served::crawled("official/hard.storage.tar.zst", &["--now", NOW, "--concurrency", "8"]) else {
        return;
    };
    let expected = published(&eight.data);
    for concurrency in ["1", "8"] {
        let again = Data::new();
        again.crawl_hub(&eight.registry.host(), &["--now", NOW, "--concurrency", concurrency]);
        assert!(published(&again) == expected, "--concurrency {concurrency} gives another index");
        // Nor does crawling or publishing it once more change a byte.
        again.crawl_hub(&eight.registry.host(), &["--now", NOW]);
        _ = again.crawl(&["publish"]).expect_code(0);
        assert!(published(&again) == expected, "crawled twice, it gives another index");
    }
}

#[test]
fn s5_r19_killed_at_any_moment_and_run_again() {
    let server = Server::start_with(demo::world(), Options { delay: Duration::from_millis(3), ..Options::default() });
    let whole = Data::new();
    whole.crawl_hub(&server.host(), &["--now", NOW]);
    let expected = published(&whole);
    let needed = server.requests().len();
    for share in [5, 50, 95] {
        server.clear_requests();
        let data = Data::new();
        let answered = u32::try_from(needed * share / 100).unwrap();
        // So that it cannot have ended before it is killed.
        server.fault(Matcher::any().skip(answered), Fault::StallBeforeHeaders, Times::Always);
        let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", NOW];
        let mut command = data.command("forebear-crawl", &arguments);
        let mut child =
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while server.requests().len() <= needed * share / 100 {
            assert!(Instant::now() < deadline && child.try_wait().unwrap().is_none(), "{share} %: ended too soon");
            std::thread::sleep(Duration::from_millis(1));
        }
        // SIGKILL: nothing of the process has a say.
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().code(), None);
        server.clear_faults();
        let before = server.requests().len();
        assert!(!data.path().join("index/CURRENT").exists(), "{share} %: published before the end");
        let report = data.crawl_hub(&server.host(), &["--now", NOW, "--format", "json"]).json();
        assert!(published(&data) == expected, "{share} %: another index");
        let again = server.requests().len() - before;
        // What was flushed is not asked for again; soon after the start,
        // nothing may have been.
        if share >= 50 {
            assert_eq!(report["resumed"], true, "{share} %");
            assert!(again < needed, "{share} %: {again} of {needed} requests");
        }
        println!("killed after {before} of {needed} requests, {again} more to the end");
    }
}

#[test]
fn s5_a_world_without_images_can_be_asked() {
    let server = Server::start(World::new());
    let data = Data::new();
    assert_eq!(data.query(&["parent", "alpine"]).expect_code(2).stdout, "");
    data.crawl_hub(&server.host(), &[]);
    let ran = data.query(&["parent", "alpine"]).expect_code(2);
    assert!(ran.stderr.contains("alpine") && ran.stdout.is_empty(), "{ran:?}");
}
