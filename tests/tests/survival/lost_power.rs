//! Lost power: whole processes on a file system that forgets what was never synced.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use forebear_testkit::Server;
use forebear_testkit::lossy::LossyDisk;
use forebear_testkit::real::skipped;
use forebear_tests::{Data, binary};

use crate::worlds;

const NIGHTS: [&str; 2] = ["2024-12-01T03:00:00Z", "2024-12-02T03:00:00Z"];

fn crawler(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary("forebear-crawl"));
    command.args(arguments).arg("--data").arg(data).arg("--quiet");
    command.env_remove("FOREBEAR_LOG").env_remove("FOREBEAR_DATA").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// Crawls, or is killed when the registry was asked this often; whether it ended.
fn crawl(data: &Path, server: &Server, now: &str, kill_after: Option<usize>) -> bool {
    server.clear_requests();
    let host = server.host();
    let mut command = crawler(data, &["run", "--registry", &host, "--name-as", "docker.io", "--now", now]);
    let mut child = command.spawn().expect("it starts");
    loop {
        if let Some(ended) = child.try_wait().expect("it can be asked") {
            assert_eq!(ended.code(), Some(0));
            return true;
        }
        if kill_after.is_some_and(|most| server.requests().len() >= most) {
            child.kill().expect("it can be killed");
            return child.wait().expect("it has ended").success();
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn index(data: &Path) -> Vec<u8> {
    let current = std::fs::read_to_string(data.join("index/CURRENT")).expect("an index");
    std::fs::read(data.join("index").join(current.trim())).expect("an index")
}

/// Whatever was not synced when the power went, the end is the same; and what ended
/// well is on the disk.
#[test]
fn p483_a_lost_power_costs_only_what_was_in_flight() {
    let server = Server::start(worlds::first());
    let worlds = [worlds::first(), worlds::second()];
    let whole = Data::new();
    let expected: Vec<Vec<u8>> = NIGHTS
        .iter()
        .zip(&worlds)
        .map(|(now, world)| {
            server.world(|served| *served = world.clone());
            assert!(crawl(whole.path(), &server, now, None));
            index(whole.path())
        })
        .collect();
    for seed in 0..4_u64 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut disk = match LossyDisk::mount(folder.path()) {
            Ok(disk) => disk,
            Err(error) => return skipped(&format!("no file system can be mounted by FUSE: {error}")),
        };
        let data = folder.path().join("data");
        for (number, (now, world)) in (0_u64..).zip(NIGHTS.iter().zip(&worlds)) {
            server.world(|served| *served = world.clone());
            for cut in 0..3 {
                let most = usize::try_from(5 + (seed * 37 + cut * 53 + number * 11) % 150).expect("few");
                _ = crawl(&data, &server, now, Some(most));
                disk.lose_power(seed * 100 + number * 10 + cut).expect("it can be mounted again");
            }
            assert!(crawl(&data, &server, now, None));
            let expected = &expected[usize::try_from(number).expect("few")];
            assert!(index(&data) == *expected, "seed {seed}, {now}: another index");
            disk.lose_power(seed * 100 + number * 10 + 9).expect("it can be mounted again");
            assert!(index(&data) == *expected, "seed {seed}, {now}: an index that was published is gone");
            let published = crawler(&data, &["publish"]).status().expect("it starts");
            assert_eq!(published.code(), Some(0), "seed {seed}, {now}");
            assert!(index(&data) == *expected, "seed {seed}, {now}: what a finished crawl stored is gone");
        }
    }
}
