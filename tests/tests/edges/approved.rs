//! Approved bases by the hundred thousand.

use std::fmt::Write as _;
use std::process::Command;

use forebear_testkit::Server;
use forebear_tests::{Data, binary, run};

use super::world;

/// Globs that are compiled each for itself take 12 kB, of which this machine has
/// not enough.
#[test]
fn p425_two_hundred_thousand_globs_in_bounded_memory() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let approved = data.path().join("approved");
    let check = |text: &str| {
        std::fs::write(&approved, text).expect("written");
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v 1200000; exec \"$0\" check acme/app:1 --format json --approved \"$1\""]);
        command.arg(binary("forebear")).arg(&approved).env("FOREBEAR_DATA", data.path()).env("RAYON_NUM_THREADS", "2");
        run(&mut command, "")
    };
    let mut text = String::new();
    for number in 0..100_000 {
        _ = writeln!(text, "acme/base-{number}:*\nr{number}.example/*/base-?:3.*");
    }
    let answer = check(&format!("{text}ba?e:*\n")).expect_code(0).json();
    let base = &answer["images"][0]["base"];
    assert_eq!((&base["entry"], &base["line"]), (&"ba?e:*".into(), &200_001.into()));
    let answer = check(&text).expect_code(1).json();
    assert_eq!(answer["images"][0]["verdict"], "not-approved");
    // What all of them would have to be tried for is refused.
    let alike: String = (0..10_001).map(|number| format!("*/base-{number}:1\n")).collect();
    let expected = format!(
        "error: {}:10001:1: more than 10000 globs begin with ''; say the same with fewer\n",
        approved.display()
    );
    assert_eq!(check(&alike).expect_code(2).stderr, expected);
}
