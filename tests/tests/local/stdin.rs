//! `-` is standard input in local forms.

use serde_json::json;

use crate::engines::docker;
use crate::shelf::{Shelf, blobs, entry, on_alpine, on_alpine_is, saved, tar};

#[test]
fn p45_from_standard_input() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    let archive = tar(&saved(&app, &["acme/app:1"]));
    for form in ["docker-archive:-", "docker-archive:/dev/stdin", "docker-archive:-:acme/app:1"] {
        let answer = on_alpine_is(shelf.piped("parent", form, &[], &archive), &app);
        assert_eq!(answer["image"]["reference"], form);
    }
    let packed = zstd::encode_all(archive.as_slice(), 1).expect("zstd");
    _ = on_alpine_is(shelf.piped("parent", "docker-archive:-", &[], &packed), &app);
    shelf.layout("l", &[entry(&app, &[])], &blobs(&app));
    let layout = std::fs::read(shelf.path("l.tar")).expect("an archive");
    _ = on_alpine_is(shelf.piped("parent", "oci-archive:-", &[], &layout), &app);
    assert_eq!(shelf.piped("verify", "oci-archive:-", &[], &layout).expect_code(0).json()["intact"], true);
    let inspected = json!([docker(&app, &app.config_digest.to_string())]).to_string();
    let answer = shelf.piped("parent", "inspect:-", &[], inspected.as_bytes()).expect_code(0).json();
    assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3.19");
    let text = shelf.data.query_with(&["parent", "inspect:-"], &inspected).expect_code(0);
    assert!(text.stdout.contains("this form shows no history to compare"), "{text:?}");
    let manifest = String::from_utf8(app.manifest.to_vec()).expect("text");
    let answer = shelf.piped("parent", "manifest:-", &[], manifest.as_bytes()).expect_code(0).json();
    assert_eq!(answer["image"]["manifest_digest"], app.manifest_digest.to_string(), "{answer}");
}

#[test]
fn p45_standard_input_is_read_once() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    let archive = tar(&saved(&app, &["acme/app:1"]));
    let ran = shelf.piped("diff", "docker-archive:-", &["oci-archive:-"], &archive).expect_code(2);
    assert_eq!(ran.stderr, "error: standard input holds one image: '-' can stand in one place only\n");
    let list = "alpine:3.19\nno/such:1\n\nALPINE\noci:nowhere\ninspect:-\n";
    let ran = shelf.piped("parent", "-", &[], list.as_bytes()).expect_code(2);
    let lines = ran.json_lines();
    let told: Vec<_> = lines.iter().map(|line| (&line["image"]["reference"], line["error"].is_string())).collect();
    let expected = [
        (&json!("docker.io/library/alpine:3.19"), false),
        (&json!("no/such:1"), true),
        (&json!("ALPINE"), true),
        (&json!("oci:nowhere"), true),
        (&json!("inspect:-"), true),
    ];
    assert_eq!(told, expected);
    assert_eq!(lines[4]["error"], "standard input holds the list of images, so that none of them can be read from it");
    shelf.refused(
        "oci:-",
        &[],
        "standard input: it is a stream, and this form is of folders: ask oci-archive:- or docker-archive:-",
    );
    shelf.refused("docker-archive:-", &[], "standard input: it has no manifest.json: it is an empty file");
}
