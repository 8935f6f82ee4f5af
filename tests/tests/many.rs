//! `parent -`: many images at once, answered side by side and in order.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use forebear_testkit::{Server, demo};
use forebear_tests::Data;
use serde_json::Value;

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

#[test]
fn answers_come_in_the_order_of_the_questions() {
    let (data, server) = demo_data();
    let live = format!("docker://{}/library/alpine:3.11", server.host());
    let asked = ["bash:5.2.37", "no/such:1", "", "acme/web:2.3.0", "not a reference", &live, "alpine:3.11"];
    let input: String = asked.iter().cycle().take(3_500).map(|line| format!("{line}\n")).collect();
    let answers = data.query_with(&["parent", "-"], &input).expect_code(2).json_lines();
    assert_eq!(answers.len(), 3_000);
    for (at, answer) in answers.iter().enumerate() {
        let expected = [Some("bash"), None, Some("acme/web"), None, Some("alpine"), Some("alpine")][at % 6];
        let reference = answer["image"]["reference"].as_str().expect("a reference");
        match expected {
            Some(name) => assert!(reference.contains(name) && answer["error"].is_null(), "{at}: {answer}"),
            None => assert!(answer["error"].is_string(), "{at}: {answer}"),
        }
    }
    // One by one they are the same.
    for reference in ["bash:5.2.37", "acme/web:2.3.0"] {
        let one = data.ask("parent", reference);
        assert!(answers.contains(&one), "{reference}");
    }
    _ = data.query_with(&["parent", "-"], "bash:5.2.37\nacme/web:2.3.0\n").expect_code(0);
    _ = data.query_with(&["parent", "-"], "bash:5.2.37\nstartup/tool:1.0-annotated\n").expect_code(1);
    _ = data.query_with(&["parent", "-"], "").expect_code(0);
}

/// A program that asks and waits is answered before it asks again.
#[test]
fn a_question_is_not_kept_waiting_for_the_next() {
    let (data, _server) = demo_data();
    let mut command = data.command("forebear", &["parent", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("stdin is piped");
    let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
    for reference in ["bash:5.2.37", "acme/web:2.3.0", "nginx:alpine"] {
        writeln!(input, "{reference}").expect("written");
        let mut line = String::new();
        _ = output.read_line(&mut line).expect("an answer");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        let named = answer["image"]["reference"].as_str().expect("a reference");
        assert!(named.ends_with(reference), "{named}");
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
}
