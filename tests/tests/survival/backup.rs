//! Backup and restore as `docs/operations.md` has them, word for word.

use std::path::Path;
use std::process::{Command, Stdio};

use forebear_testkit::Server;
use forebear_tests::{Data, binary, run};

use crate::worlds;

/// The shell block of a section of the page.
fn block(section: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let (_, section) = page.split_once(&format!("\n## {section}\n")).expect("the page has the section");
    let (_, block) = section.split_once("```sh\n").expect("it has a block");
    block.split_once("```").expect("which ends").0.to_owned()
}

/// Runs the page's words in a folder, with the programs at hand.
#[track_caller]
fn by_the_page(section: &str, folder: &Path, data: &Data) {
    let programs = binary("forebear").parent().expect("a folder").to_owned();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-euc", &block(section)]).current_dir(folder).env("PATH", path).env("FOREBEAR_DATA", data.path());
    _ = run(&mut shell, "").expect_code(0);
}

/// The published index in a data folder, byte for byte.
fn index(data: &Path) -> Vec<u8> {
    let folder = data.join("index");
    let current = std::fs::read_to_string(folder.join("CURRENT")).expect("an index is published");
    std::fs::read(folder.join(current.trim())).expect("the index can be read")
}

#[test]
fn p697_a_backup_made_while_a_crawl_runs_is_restored() {
    let server = Server::start(worlds::first());
    let (data, place) = (Data::new(), tempfile::tempdir().expect("a folder"));
    let host = server.host();
    let crawl = ["run", "--registry", &host, "--name-as", "docker.io", "--now", "2024-12-01T03:00:00Z"];

    // So slow that it is under way for as long as anything here takes.
    let mut slow = data.command("forebear-crawl", &[&crawl[..], &["--rate", "20/s"]].concat());
    let mut running = slow.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let is_stored = || data.path().join("store/mark").exists();
    while server.requests().len() < 30 || !is_stored() {
        assert!(running.try_wait().expect("a child").is_none(), "it runs");
        std::thread::yield_now();
    }
    by_the_page("Back up", place.path(), &data);
    assert!(running.try_wait().expect("a child").is_none(), "the crawl was over before the backup was");
    let stopped = Command::new("kill").args(["-TERM", &running.id().to_string()]).status();
    assert!(stopped.expect("kill is there").success());
    assert_eq!(running.wait().expect("it ends").code(), Some(130));
    _ = data.crawl(&crawl).expect_code(0);

    // What was restored goes on to the same index.
    by_the_page("Restore", place.path(), &data);
    let restored = place.path().join("restored");
    let text = restored.to_str().expect("paths of tests are text").to_owned();
    let checked = data.crawl(&["store", "check", "--data", &text]).expect_code(0).stdout;
    assert!(checked.contains("nothing is lost"), "{checked}");
    _ = data.crawl(&[&crawl[..], &["--data", &text]].concat()).expect_code(0);
    assert!(index(&restored) == index(data.path()), "the same facts, the same bytes");

    // The next backup adds to the first, and holds all.
    by_the_page("Back up", place.path(), &data);
    std::fs::remove_dir_all(&restored).expect("removed");
    by_the_page("Restore", place.path(), &data);
    assert!(index(&restored) == index(data.path()), "byte for byte the one that was published");
}
