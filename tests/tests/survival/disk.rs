//! Disks that are full or cannot be written.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use forebear_testkit::Server;
use forebear_testkit::real::{have, skipped};
use forebear_tests::{Data, Ran, binary, run};

use crate::worlds;

const NIGHT: &str = "2024-12-01T03:00:00Z";

fn arguments(server: &Server) -> Vec<String> {
    let host = server.host();
    ["run", "--registry", &host, "--name-as", "docker.io", "--now", NIGHT].map(str::to_owned).to_vec()
}

/// Crawls in a process that may write no file larger than this, in KiB.
fn with_file_limit(data: &Data, server: &Server, kib: u32) -> Ran {
    let mut command = Command::new("bash");
    // Without the trap the signal would end the process.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\"");
    command.args(["-c", &script, "bash"]).arg(binary("forebear-crawl")).args(arguments(server));
    command.env("FOREBEAR_DATA", data.path()).env_remove("FOREBEAR_LOG");
    run(&mut command, "")
}

/// A full disk ends the run at once, with what, where and what now; with room
/// again, it goes on and comes to the same end.
#[test]
fn a_full_disk_ends_the_run_at_once_and_nothing_is_lost() {
    let server = Server::start(worlds::first());
    let whole = Data::new();
    _ = whole.crawl_hub(&server.host(), &["--now", NIGHT]);
    let all = server.requests().len();
    server.clear_requests();
    let data = Data::new();
    let begun = Instant::now();
    let ran = with_file_limit(&data, &server, 600);
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
    assert_eq!(ran.code, 2, "{ran:?}");
    for part in ["the store in", &data.path().display().to_string(), "free space there", "run again to go on"] {
        assert!(ran.stderr.contains(part), "no '{part}' in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    assert!(!data.path().join("index/CURRENT").exists(), "nothing is published from half a store");
    let asked = server.requests().len();
    assert!(asked < all, "it stopped before the end: {asked} of {all} requests");
    let after = data.crawl_hub(&server.host(), &["--now", NIGHT, "--format", "json"]).json();
    assert_eq!(after["open"], 0);
    assert_eq!(index(&data), index(&whole));
}

fn index(data: &Data) -> Vec<u8> {
    let folder = data.path().join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index");
    std::fs::read(folder.join(current.trim())).expect("an index")
}

/// A folder that cannot be written is said so before anything is asked.
#[test]
fn a_read_only_folder_is_said_before_anything_is_asked() {
    let server = Server::start(worlds::first());
    let data = Data::new();
    let folder = data.path().join("readonly");
    std::fs::create_dir(&folder).expect("a folder");
    for path in [data.path(), &folder] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o555)).expect("permissions can be set");
    }
    // To root no folder is read-only.
    let mut command = if std::fs::write(folder.join("probe"), "").is_ok() {
        _ = std::fs::remove_file(folder.join("probe"));
        if !have("setpriv") {
            return skipped("setpriv is not installed, and to root no folder is read-only");
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        let copy = data.path().join("forebear-crawl");
        std::fs::copy(binary("forebear-crawl"), &copy).expect("the program can be copied");
        command.arg(copy);
        command
    } else {
        Command::new(binary("forebear-crawl"))
    };
    command.args(arguments(&server)).env("FOREBEAR_DATA", &folder).stdin(Stdio::null());
    let ran = run(&mut command, "");
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).expect("permissions can be set");
    assert_eq!(ran.code, 2, "{ran:?}");
    let folder = folder.display().to_string();
    assert!(ran.stderr.contains(&folder) && ran.stderr.contains("ermission denied"), "{}", ran.stderr);
    assert!(server.requests().is_empty());
}
