//! Configs that are almost JSON, and values nobody meant.

use forebear_testkit::{Builder, Image, ImageBuilder, Server, World};
use forebear_tests::Data;
use forebear_tests::forms::{write_dir, write_layout};
use serde_json::{Value, json};

/// The same image with other bytes for a text in its config.
fn with_bytes(image: &Image, text: &str, bytes: &[u8]) -> Image {
    let at = image.config.windows(text.len()).position(|window| window == text.as_bytes()).unwrap();
    let config = [&image.config[..at], bytes, &image.config[at + text.len()..]].concat();
    ImageBuilder::copy_of(image).raw_config(&config).build()
}

/// Crawls a base and an image, and asks for the image in every form.
#[track_caller]
fn check(base: &Image, image: &Image, expected: impl Fn(&str, &Value)) {
    let mut world = World::new();
    world.push("library/base:1", base);
    world.push("acme/app:1", image);
    let server = Server::start(world);
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &[]);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_dir(image, &at("dir"));
    write_layout(&image.manifest, &[&image.config], &at("oci"));
    for form in [
        "acme/app:1".to_owned(),
        format!("docker://{}/acme/app:1", server.host()),
        format!("dir:{}", at("dir").display()),
        format!("oci:{}", at("oci").display()),
    ] {
        let answer = data.query(&["parent", &form, "--format", "json"]).expect_code(0).json();
        assert_eq!(answer["parent"]["reference"], "docker.io/library/base:1", "{form}");
        expected(&form, &answer);
        for command in ["parent", "lineage", "layers", "dockerfile"] {
            let text = data.query(&[command, &form]).expect_code(0).stdout;
            assert!(!text.contains('\0') && !text.contains('\u{1b}'), "{command} {form}: {text}");
        }
    }
}

#[test]
fn bytes_that_are_no_text() {
    let base = ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("base");
    let base = base.maintainer("Andr@1").build();
    let app = ImageBuilder::from(&base).run("echo @2").label("a", "b").build();
    let base = with_bytes(&base, "Andr@1", b"Andr\xe9");
    // A builder in Go has written U+FFFD for its parent's byte, and its own.
    let app = with_bytes(&app, "Andr@1", "Andr\u{fffd}".as_bytes());
    let app = with_bytes(&app, "echo @2", b"echo \xff \\ud800 \\u0000 \\u001b");
    assert!(String::from_utf8(app.config.to_vec()).is_err());
    check(&base, &app, |form, answer| {
        assert_eq!(answer["parent"]["agreement"], "exact", "{form}");
        let step = &answer["steps"][0];
        assert_eq!(step["created_by"], "/bin/sh -c echo \u{fffd} \u{fffd} \0 \u{1b}", "{form}");
        assert_eq!(step["fidelity"], "partial", "{form}");
        assert!(step["note"].as_str().unwrap().contains("no UTF-8"), "{form}: {step}");
    });
}

#[test]
fn times_that_cannot_be() {
    for (time, expected) in [
        ("0000-01-01T00:00:00Z", json!("0000-01-01T00:00:00Z")),
        ("0001-01-01T00:00:00Z", Value::Null),
        ("9999-12-30T00:00:00Z", json!("9999-12-30T00:00:00Z")),
        ("9999-12-31T23:59:59Z", Value::Null),
        ("2024-01-01T00:00:00+23:59", json!("2023-12-31T00:01:00Z")),
        ("soon", Value::Null),
    ] {
        let raw = |text: &str| json!({ "created": time, "created_by": text });
        let base = ImageBuilder::scratch("linux/amd64").raw_step(raw("ADD base /"), true).build();
        let app = ImageBuilder::from(&base).raw_step(raw("COPY a /a"), true).config_field("created", json!(time));
        check(&base, &app.build(), |form, answer| {
            assert_eq!(answer["parent"]["agreement"], "exact", "{time} {form}");
            assert_eq!((&answer["image"]["created"], &answer["steps"][0]["created"]), (&expected, &expected), "{form}");
        });
    }
}

#[test]
fn a_config_that_two_readers_would_read_differently_is_refused() {
    let good = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let config = std::str::from_utf8(&good.config).unwrap();
    for (added, words) in [
        (r#","history":[]}"#.to_owned(), "duplicate field `history`"),
        (format!(r#","created":{}}}"#, "[".repeat(100_000)), "recursion limit"),
        (r#","created":1e400}"#.to_owned(), "out of range"),
    ] {
        let bytes = [config.strip_suffix('}').unwrap(), &added].concat();
        let image = ImageBuilder::copy_of(&good).raw_config(bytes.replacen("\"created\":", "\"x\":", 1).as_bytes());
        let image = image.build();
        let mut world = World::new();
        world.push("library/base:1", &good);
        world.push("acme/app:1", &image);
        let server = Server::start(world);
        let data = Data::new();
        let ran = data.crawl(&["run", "--registry", &server.host(), "--format", "json"]).expect_code(3);
        assert_eq!(ran.json()["failures"], json!({ "config": 1 }), "{words}");
        let failures = data.crawl(&["failures", "--format", "json"]).json();
        assert!(failures[0]["message"].as_str().unwrap().contains(words), "{failures}");
        let live = data.query(&["parent", &format!("docker://{}/acme/app:1", server.host())]);
        super::assert_refused(&live, &[words]);
    }
}

/// Layers whose sizes add up to more than a number holds.
#[test]
fn sizes_that_cannot_be() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let app = ImageBuilder::from(&base).run("a").run("b").run("c").build();
    let mut manifest: Value = serde_json::from_slice(&app.manifest).unwrap();
    for (layer, size) in manifest["layers"].as_array_mut().unwrap().iter_mut().zip([
        json!(-1),
        json!(i64::MAX),
        json!(i64::MAX),
        json!(i64::MAX),
    ]) {
        layer["size"] = size;
    }
    let app = ImageBuilder::copy_of(&app).manifest_field("layers", manifest["layers"].take()).build();
    check(&base, &app, |form, answer| {
        let sizes: Vec<&Value> =
            answer["steps"].as_array().unwrap().iter().map(|step| &step["layer"]["size"]).collect();
        assert_eq!(sizes, [&json!(i64::MAX); 3], "{form}");
    });
}
