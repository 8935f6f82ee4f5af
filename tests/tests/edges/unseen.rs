//! Text that is not seen, or that changes how other text is seen, reaches no
//! terminal as it is, and is not lost.

use forebear_image::escape::is_unseen;
use forebear_testkit::{Fault, ImageBuilder, Matcher, Server, Times, World};
use forebear_tests::Data;
use serde_json::json;

use super::world;

/// C1's CSI, DEL, an override, an Arabic mark, no width, a soft hyphen, a tag.
const HIDDEN: &str = "a\u{9b}31m\u{7f}b\u{202e}c\u{61c}d\u{200b}e\u{ad}f\u{e0041}g";

#[track_caller]
fn assert_seen(text: &str) {
    let unseen: Vec<char> = text.chars().filter(|c| is_unseen(*c) && *c != '\n').collect();
    assert!(unseen.is_empty(), "{unseen:?} in {text}");
}

#[test]
fn p433_what_is_not_seen_is_escaped_and_kept() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let step = format!("/bin/sh -c echo {HIDDEN}");
    let app = ImageBuilder::from(&base)
        .step(&step, true)
        .annotation("org.opencontainers.image.base.name", HIDDEN)
        .setting("Labels", json!({ HIDDEN: HIDDEN }))
        .build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/app:1", &app);
    let server = Server::start(world);
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let live = format!("docker://{}/acme/app:1", server.host());
    for command in ["parent", "lineage", "layers", "dockerfile"] {
        for format in ["text", "json"] {
            for image in ["acme/app:1", &live] {
                let ran = data.query(&[command, image, "--format", format]);
                assert_seen(&ran.stdout);
                assert_seen(&ran.stderr);
            }
        }
    }
    let answer = data.query(&["parent", "acme/app:1", "--format", "json"]);
    assert!(answer.stdout.contains(r"a\u009b31m\u007fb\u202ec\u061cd\u200be\u00adf\udb40\udc41g"), "{}", answer.stdout);
    let steps = answer.json();
    assert_eq!(steps["steps"][0]["created_by"], step.as_str());
    let lines = data.query_with(&["parent", "-"], &format!("acme/app:1\n{HIDDEN}\n"));
    assert_seen(&lines.stdout);
    assert_eq!(lines.json_lines()[1]["image"]["reference"], HIDDEN);
}

/// One's own arguments may come from elsewhere.
#[test]
fn p434_arguments_are_shown_escaped() {
    for program in ["forebear", "forebear-crawl"] {
        let data = Data::new();
        let run =
            |arguments: &[&str]| forebear_tests::run(&mut data.command(program, arguments), "").expect_code(2).stderr;
        let unknown = run(&[HIDDEN]);
        assert_seen(&unknown);
        // clap leaves DEL out by itself.
        let shown = r"a\u{9b}31mb\u{202e}c\u{61c}d\u{200b}e\u{ad}f\u{e0041}g";
        assert!(unknown.starts_with(&format!("error: unrecognized subcommand '{shown}'\n")), "{unknown}");
        assert_seen(&run(&["--format", HIDDEN]));
        assert_seen(&run(&[&format!("--{HIDDEN}")]));
    }
}

/// Logs have colours on a terminal only, and show foreign text as all else does.
#[test]
fn p435_logs_are_plain_where_there_is_no_terminal() {
    let server = Server::start(world());
    let body = format!(r#"{{"errors":[{{"code":"UNKNOWN","message":"{HIDDEN}"}}]}}"#);
    let fault = Fault::Answer { status: 500, headers: Vec::new(), body: body.into() };
    server.fault(Matcher::path("/acme/app/manifests"), fault, Times::Always);
    let data = Data::new();
    let mut command = data.command("forebear-crawl", &["run", "--registry", &server.host()]);
    let ran = forebear_tests::run(command.env("FOREBEAR_LOG", "debug"), "");
    assert!(
        ran.stderr.contains("debug: forebear_registry::") && ran.stderr.contains("sending again"),
        "{}",
        ran.stderr
    );
    assert_seen(&ran.stderr);
    assert_seen(&ran.stdout);
}
