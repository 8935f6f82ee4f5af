//! References on standard input.

use forebear_testkit::Server;
use forebear_tests::{Data, run_with};

use super::world;

/// One line as long as it likes costs no memory, and not the lines behind it.
#[test]
fn p424_a_line_without_end_is_told_and_the_next_go_on() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let mut input = vec![b'x'; 64 << 20];
    input.extend_from_slice(b"\nacme/app:1\nacme/\xff:1\nacme/app:1");
    // Two hundred MiB hold the program, not the line.
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -v 800000; exec \"$0\" parent -"]).arg(forebear_tests::binary("forebear"));
    command.env("FOREBEAR_DATA", data.path()).env("RAYON_NUM_THREADS", "2");
    let lines = run_with(&mut command, &input).expect_code(2).json_lines();
    let told: Vec<_> = lines.iter().map(|line| (line["image"]["reference"].as_str(), line["error"].as_str())).collect();
    let long = format!("{}…", "x".repeat(60));
    let app = (Some("docker.io/acme/app:1"), None);
    assert_eq!(
        told,
        [
            (Some(long.as_str()), Some("the line is longer than the 8192 bytes that any reference has")),
            app,
            (Some("acme/\u{fffd}:1…"), Some("the line is not UTF-8 text")),
            app,
        ]
    );
}
