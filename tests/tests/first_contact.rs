//! What people try first, and what they are told when it is not quite right.

use forebear_testkit::{Server, demo};
use forebear_tests::{Data, Ran};

fn demo_data() -> (Data, Server) {
    let server = Server::start(demo::world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    (data, server)
}

#[test]
fn p544_near_names_are_suggested() {
    let (data, _server) = demo_data();
    #[track_caller]
    fn check(data: &Data, image: &str, expected: &str) {
        let ran = data.query(&["parent", image]).expect_code(2);
        assert_eq!(ran.stderr, format!("error: {expected}\n"), "{image}");
    }
    check(&data, "alpin", "docker.io/library/alpin is not in the index; did you mean alpine?");
    check(&data, "pyhton:3.12", "docker.io/library/pyhton is not in the index; did you mean python?");
    // A mirror is stored under the name of what it mirrors.
    let mirror = "127.0.0.1:5055/library/python is not in the index; did you mean python?";
    check(&data, "127.0.0.1:5055/library/python:3.12", mirror);
    let slim = "docker.io/library/python has no tag 3.12-sl in the index; did you mean python:3.12-slim";
    let ran = data.query(&["parent", "python:3.12-sl"]).expect_code(2);
    assert!(ran.stderr.starts_with(&format!("error: {slim}")), "{}", ran.stderr);
    // There is one tag.
    let kaniko = "docker.io/acme/reports has no tag latest in the index; did you mean acme/reports:kaniko?";
    check(&data, "acme/reports", kaniko);
    let far = "docker.io/library/nothing-like-it is not in the index; \
               crawl it with forebear-crawl, or ask its registry now: docker://nothing-like-it";
    check(&data, "nothing-like-it", far);
}

#[test]
fn p545_a_printed_digest_is_accepted() {
    let (data, _server) = demo_data();
    let image = data.ask("parent", "acme/web:2.3.0")["image"].clone();
    for digest in ["manifest_digest", "config_digest"] {
        let digest = image[digest].as_str().unwrap_or_default();
        for short in [&digest[7..19], &digest[..19], &digest[7..40]] {
            let found = data.ask("parent", short);
            assert_eq!(found["image"]["config_digest"], image["config_digest"], "{short}");
        }
    }
    // Every command takes it.
    let short = &image["manifest_digest"].as_str().unwrap_or_default()[7..19];
    for command in ["lineage", "layers", "dockerfile"] {
        _ = data.query(&[command, short]).expect_code(0);
    }
    _ = data.query(&["diff", short, "acme/web:2.3.0"]).expect_code(0);
    let layer = data.ask("layers", "acme/web:2.3.0")["layers"][0]["digest"].clone();
    let layer = &layer.as_str().unwrap_or_default()[7..19];
    let ran = data.query(&["parent", layer]).expect_code(2);
    let expected = format!(
        "error: '{layer}' is the digest of a layer, not of an image; 'forebear find {layer}' lists the images that have it\n"
    );
    assert_eq!(ran.stderr, expected);
    let nowhere = data.query(&["parent", "0123456789ab"]).expect_code(2);
    assert!(nowhere.stderr.starts_with("error: docker.io/library/0123456789ab is not in the index"), "{nowhere:?}");
}

#[test]
fn p546_several_images_and_lists_of_them() {
    let (data, _server) = demo_data();
    let two = ["acme/web:2.3.0", "bash:5.2.37"];
    for command in ["parent", "lineage", "layers", "dockerfile", "children"] {
        let code = if command == "children" { 1 } else { 0 };
        let asked = [&[command], &two[..]].concat();
        let single = |image: &str| data.query(&[command, image]).expect_code(code).stdout;
        let text = data.query(&asked).expect_code(code).stdout;
        assert_eq!(text, format!("{}\n{}", single(two[0]), single(two[1])), "{command}");
        let lines = data.query(&[&asked[..], &["--json"]].concat()).expect_code(code).json_lines();
        assert_eq!(lines, [data.ask(command, two[0]), data.ask(command, two[1])], "{command}");
        let list = format!("# ours\n{}\n\n  {}  # the shell\n", two[0], two[1]);
        let ran = data.query_with(&[command, "-"], &list).expect_code(code);
        assert_eq!(ran.json_lines(), lines, "{command} -");
        let ran = data.query_with(&[command, "-", "--format", "text"], &list).expect_code(code);
        assert_eq!(ran.stdout, text, "{command} - as text");
    }
    let found = data.query(&["find", "ebcefb2ee4eb", "0123456789abcdef"]).expect_code(1).stdout;
    assert!(found.contains("the blob of a layer") && found.contains("nothing in the index"), "{found}");
    // What cannot be answered does not keep the others waiting.
    let ran = data.query(&["parent", "no/such:1", two[0]]).expect_code(2);
    assert!(ran.stdout.starts_with("docker.io/acme/web:2.3.0"), "{ran:?}");
    assert!(ran.stderr.starts_with("error: docker.io/no/such is not in the index"), "{ran:?}");
    let ran = data.query(&["parent", "-", two[0]]).expect_code(2);
    assert_eq!(
        ran.stderr,
        "error: '-' reads all references from standard input: leave the others out, or write them there\n"
    );
}

#[test]
fn p547_check_reads_lists_from_standard_input() {
    let (data, _server) = demo_data();
    let approved = data.path().join("approved");
    std::fs::write(&approved, "acme/base\nalpine\n").expect("written");
    let approved = approved.display().to_string();
    let verdicts = |ran: Ran| -> Vec<String> {
        let answer = ran.json();
        let images = answer["images"].as_array().cloned().unwrap_or_default();
        images.iter().map(|image| image["verdict"].as_str().unwrap_or_default().to_owned()).collect()
    };
    let list = "acme/web:2.3.0 # ours\n# bash\nbash:5.2.37\n";
    let ran = data.query_with(&["check", "-", "--approved", &approved, "--json"], list).expect_code(0);
    assert_eq!(verdicts(ran), ["approved", "approved"]);
    let ran = data.query_with(&["check", "acme/web:2.3.0", "--approved", "-", "--json"], "acme/base\n").expect_code(0);
    assert_eq!(verdicts(ran), ["approved"]);
    let both = data.query_with(&["check", "-", "--approved", "-"], list).expect_code(2);
    let told = "error: standard input holds the approved bases, so that no image can be read from it\n";
    assert_eq!(both.stderr, told);
    let wrong = data.query_with(&["check", "acme/web:2.3.0", "--approved", "-"], "deb ian\n").expect_code(2);
    assert!(wrong.stderr.starts_with("error: standard input:1:4: one entry a line"), "{wrong:?}");
}

#[test]
fn p548_what_is_typed_wrong() {
    let (data, _server) = demo_data();
    #[track_caller]
    fn check(data: &Data, arguments: &[&str], expected: &str) {
        let ran = data.query(arguments).expect_code(2);
        assert!(ran.stderr.contains(expected), "no '{expected}' in: {}", ran.stderr);
    }
    check(&data, &["parent", "alpine", "--as-of", "yesterday"], "that is not a date; write 2026-03-01 or 2026-03-01T");
    let hub = "it is a URL; did you mean docker.io/library/alpine? docker://docker.io/library/alpine asks its registry";
    check(&data, &["parent", "https://hub.docker.com/_/alpine"], hub);
    // A data folder that is known is not called missing.
    check(&data, &["check", "alpine"], "Usage: forebear check --approved <FILE> <IMAGE>...");
    let version = data.query(&["version"]).expect_code(0).stdout;
    assert_eq!(version, data.query(&["--version"]).expect_code(0).stdout);
}
