//! The JSON contract and the text output, frozen: golden files in
//! `tests/contract/`, made from the demo's registry.
//!
//! `UPDATE_GOLDEN=1` writes them anew; read the difference before committing.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use std::path::{Path, PathBuf};

use forebear_testkit::image::{LayerContent, attestation};
use forebear_testkit::{Compression, Fault, Image, ImageBuilder, Layer, Matcher, Server, Times, World};
use forebear_tests::Data;
use forebear_tests::multi_stage::MultiStage;
use serde_json::{Value, json};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contract").join(name)
}

#[track_caller]
fn compare(name: &str, got: &str) {
    let file = golden(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&file, got).expect("the golden file can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(got, expected, "{name} has changed; if it should, run with UPDATE_GOLDEN=1");
}

#[test]
fn answers_are_as_frozen() {
    let (data, server) = Data::beside_demo();
    let cases: &[(&str, i32, &[&str])] = &[
        ("parent", 0, &["parent", "acme/web:2.3.0"]),
        ("parent-moved-tag", 0, &["parent", "acme/shop-frontend:5"]),
        ("parent-cache-sibling", 0, &["parent", "bash:5.2.37"]),
        ("parent-metadata-only", 0, &["parent", "experiments/childimage"]),
        ("parent-scratch", 1, &["parent", "startup/tool:1.0-annotated"]),
        ("parent-copy", 1, &["parent", "dude/dude"]),
        ("parent-arm64", 0, &["parent", "redis:7.4-alpine", "--platform", "linux/arm64"]),
        // P558: a tree, which says what is outdated.
        ("lineage", 0, &["lineage", "acme/web:2.3.0"]),
        ("lineage-outdated", 0, &["lineage", "acme/shop-frontend:5"]),
        ("layers", 0, &["layers", "dyego/snake-game"]),
        ("dockerfile", 0, &["dockerfile", "acme/web:2.3.0"]),
        ("children", 0, &["children", "ubuntu:jammy"]),
        ("children-any-build", 0, &["children", "nginx:alpine", "--any-build"]),
        ("outdated", 1, &["outdated", "acme/*"]),
        ("outdated-nothing", 0, &["outdated", "acme/web"]),
        ("dockerfile-moved-tag", 0, &["dockerfile", "acme/shop-frontend:5"]),
        ("children-all", 0, &["children", "debian:12.8", "--all", "--limit", "3"]),
        ("find-layer", 0, &["find", "sha256:ebcefb2ee4eb"]),
        ("find-manifest", 0, &["find", "916fdb16d916"]),
        ("find-nothing", 1, &["find", "0123456789abcdef"]),
        ("ls", 0, &["ls", "docker.io/library/n*"]),
        ("ls-nothing", 1, &["ls", "ngnix"]),
        ("tags", 0, &["tags", "nginx"]),
        ("history", 0, &["history", "nginx:*alpine*"]),
        ("diff", 1, &["diff", "experiments/imagetest", "experiments/sameimage"]),
        ("diff-configs", 1, &["diff", "golang:1.13-alpine", "dyego/snake-game"]),
    ];
    for (name, code, arguments) in cases {
        let text = data.query(arguments).expect_code(*code);
        compare(&format!("{name}.txt"), &text.stdout);
        let json = data.query(&[*arguments, &["--format", "json"]].concat()).expect_code(*code);
        compare(&format!("{name}.json"), &json.stdout);
    }
    // What needs the layers themselves is asked of the registry, whose port is another each time.
    let snake = format!("docker://{}/dyego/snake-game", server.host());
    for (name, arguments) in [
        ("layers-files", &["layers", &snake, "--files"] as &[&str]),
        ("dockerfile-files", &["dockerfile", &snake, "--files"]),
        ("verify", &["verify", &snake]),
    ] {
        let named = |output: &str| output.replace(&server.host(), "REGISTRY");
        compare(&format!("{name}.txt"), &named(&data.query(arguments).expect_code(0).stdout));
        let json = data.query(&[arguments, &["--format", "json"]].concat()).expect_code(0);
        compare(&format!("{name}.json"), &named(&json.stdout));
    }
    let renovate = data.query(&["history", "nginx", "--format", "renovate"]).expect_code(0);
    compare("history-renovate.json", &renovate.stdout);
    let approved = data.path().join("approved");
    std::fs::write(&approved, "nginx:alpine\nacme/base  # ours\n").expect("the folder can be written to");
    let approved = approved.display().to_string();
    let images = ["acme/shop-frontend:5", "startup/tool:1.0-annotated", "acme/squashed:1.0", "acme/web:2.3.0"];
    let check = [&["check"], &images[..], &["--approved", &approved, "--max-behind", "0"]].concat();
    compare("check.txt", &data.query(&check).expect_code(1).stdout);
    let json = data.query(&[&check[..], &["--format", "json"]].concat()).expect_code(1);
    compare("check.json", &json.stdout);
    for (format, file) in [("github", "check.github.txt"), ("junit", "check.junit.xml"), ("sarif", "check.sarif.json")]
    {
        let ran = data.query(&[&check[..], &["--format", format]].concat()).expect_code(1);
        let version = |text: &str| text.replace(env!("CARGO_PKG_VERSION"), "VERSION");
        compare(file, &version(&ran.stdout));
    }
    let stats = data.query(&["stats", "--format", "json"]).expect_code(0);
    compare("stats.json", &stats.stdout);
    let verified = data.query(&["index", "verify", "--format", "json"]).expect_code(0);
    let file = verified.json()["file"].as_str().expect("a file").to_owned();
    compare("index-verify.json", &verified.stdout.replace(&file, "FILE"));
}

/// M19: a list of materials, one of which is the base.
#[test]
fn provenance_is_as_frozen() {
    let build = MultiStage::new();
    let server = Server::start(build.world(&attestation(&build.app, &build.materials())));
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--provenance", "--now", "2024-12-01T03:00:00Z"]);
    let arguments = ["parent", "acme/app:1"];
    compare("parent-provenance.txt", &data.query(&arguments).expect_code(0).stdout);
    let json = data.query(&[&arguments[..], &["--format", "json"]].concat()).expect_code(0);
    compare("parent-provenance.json", &json.stdout);
}

const NAME: &str = "org.opencontainers.image.base.name";

/// A registry of what is rare: images that would do as the parent alike, layers that cannot
/// be compared, a base that only others name, a config that cannot be had.
fn odd() -> (Data, Server, Image) {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let app = ImageBuilder::from(&base).run("make").build();
    let seed = |name: &str| LayerContent::Seed(name.to_owned());
    let scripts = ["linux/amd64", "linux/arm64/v8"]
        .map(|platform| ImageBuilder::scratch(platform).content(seed("scripts")).copy("scripts", "/").build());
    let tool = ImageBuilder::from(&scripts[0]).content(seed("tool")).copy("tool", "/").build();
    let mut config: Value = serde_json::from_slice(&app.config).expect("a config");
    config["rootfs"]["diff_ids"] =
        json!([format!("sha512:{}", "01".repeat(64)), format!("sha512:{}", "02".repeat(64))]);
    let sha512 =
        ImageBuilder::copy_of(&app.with_compression(Compression::Zstd)).raw_config(config.to_string().as_bytes());
    let lost = ImageBuilder::from(&base).run("lost").build();
    let mut world = World::new();
    _ = world.push("library/base:1", &base);
    _ = world.push("acme/app:1", &app);
    _ = world.push_platforms("acme/scripts:1", &scripts.iter().collect::<Vec<_>>());
    _ = world.push("acme/tool:1", &tool);
    _ = world.push("acme/sha512:1", &sha512.declares_base("base:1", &base).build());
    _ = world.push("acme/says:1", &ImageBuilder::from(&app).run("more").annotation(NAME, "elsewhere:1").build());
    _ = world.push("acme/lost:1", &lost);
    let server = Server::start(world);
    server.fault(Matcher::get(&lost.config_digest.to_string()), Fault::not_found(), Times::Always);
    let (data, host) = (Data::new(), server.host());
    let run = ["run", "--registry", &host, "--name-as", "docker.io", "--now", "2024-12-01T03:00:00Z"];
    _ = data.crawl(&run).expect_code(3);
    (data, server, app)
}

/// P825: what an answer holds only where something is odd, or wrong.
#[test]
fn p825_odd_answers_are_as_frozen() {
    let (data, _server, app) = odd();
    // A copy whose second layer is not what its digest says.
    let copy = data.path().join("copy");
    std::fs::create_dir(&copy).expect("a folder");
    let (first, second) = (&app.layers[0], &app.layers[1]);
    let blob = |layer: &Layer| layer.blob.as_deref().expect("its bytes").to_vec();
    for (name, bytes) in [
        ("manifest.json".to_owned(), app.manifest.to_vec()),
        (app.config_digest.0.hex(), app.config.to_vec()),
        (first.digest.0.hex(), blob(first)),
        (second.digest.0.hex(), blob(first)),
    ] {
        std::fs::write(copy.join(name), bytes).expect("the folder can be written to");
    }
    let copy = format!("dir:{}", copy.display());
    for (name, code, arguments) in [
        ("parent-equal", 0, &["parent", "acme/tool:1"][..]),
        ("parent-not-comparable", 1, &["parent", "acme/sha512:1"]),
        ("children-declared", 1, &["children", "elsewhere:1"]),
        ("stats-unread", 0, &["stats"]),
        ("verify-flawed", 1, &["verify", &copy]),
    ] {
        let named = |output: &str| output.replace(&copy, "dir:COPY");
        let json = data.query(&[arguments, &["--format", "json"]].concat()).expect_code(code);
        compare(&format!("{name}.json"), &named(&json.stdout));
        // How long ago that was, and what the file takes, is another each time.
        if name != "stats-unread" {
            compare(&format!("{name}.txt"), &named(&data.query(arguments).expect_code(code).stdout));
        }
    }
}

/// Every field of the contract is there, absent ones as null.
#[test]
fn no_field_is_missing() {
    let (data, server) = Data::beside_demo();
    let image = [
        "reference",
        "names",
        "manifest_digest",
        "config_digest",
        "platform",
        "chain_id",
        "created",
        "layers",
        "steps",
    ];
    let parent = [
        "reference",
        "names",
        "manifest_digest",
        "config_digest",
        "platform",
        "chain_id",
        "layers",
        "steps",
        "evidence",
        "agreement",
        "ranked_by",
        "tag_now",
        "names_over_time",
        "recompressed",
    ];
    let freshness = [
        "freshness",
        "counting_name",
        "counting_because",
        "builds_behind",
        "days_behind",
        "superseded_at",
        "newest_build",
        "pinned_name",
        "other_lines",
    ];
    let name = ["name", "since", "until", "moved", "gone", "now_digest", "builds_behind", "days_behind", "role"];
    let step = ["instruction", "dockerfile", "fidelity", "created_by", "created", "layer"];
    let answer = [
        "image",
        "parent",
        "no_parent_because",
        "declared",
        "identical",
        "equal_candidates",
        "shares_layers_with",
        "steps",
        "observed_until",
    ];
    let live = format!("docker://{}/acme/newcomer:1", server.host());
    let mut seen_parent = false;
    for reference in ["acme/web:2.3.0", "startup/tool:1.0", "acme/lambda-orders:1", "acme/reports:kaniko", &live] {
        let found = data.ask("parent", reference);
        has(&found, &answer);
        has(&found["image"], &image);
        if found["parent"].is_object() {
            seen_parent = true;
            has(&found["parent"], &parent);
            has(&found["parent"], &freshness);
            has(&found["parent"]["tag_now"], &["moved", "digest", "builds_behind"]);
            has(&found["parent"]["names_over_time"][0], &name);
        } else {
            has(&found["no_parent_because"], &["code", "message"]);
        }
        for found in found["steps"].as_array().expect("steps are a list") {
            has(found, &step);
            if found["layer"].is_object() {
                has(&found["layer"], &["digest", "diff_id", "size"]);
            }
        }
    }
    assert!(seen_parent);
}

/// Every command's JSON says until when the index observed.
#[test]
fn p515_every_answer_says_until_when_the_index_observed() {
    let (data, server) = Data::beside_demo();
    let snake = format!("docker://{}/dyego/snake-game", server.host());
    let approved = data.path().join("approved");
    std::fs::write(&approved, "nginx\n").expect("the folder can be written to");
    let approved = approved.display().to_string();
    let commands: &[&[&str]] = &[
        &["parent", "acme/web:2.3.0"],
        &["lineage", "acme/web:2.3.0"],
        &["layers", "acme/web:2.3.0"],
        &["layers", &snake, "--files"],
        &["dockerfile", "acme/web:2.3.0"],
        &["dockerfile", &snake, "--files"],
        &["children", "alpine:3.20"],
        &["children", "alpine:3.20", "--any-build"],
        &["diff", "alpine:3.20", "alpine:3.19"],
        &["find", "sha256:ebcefb2ee4eb"],
        &["check", "acme/web:2.3.0", "--approved", &approved],
        &["outdated"],
        &["stats"],
        &["index", "verify"],
    ];
    for command in commands {
        let ran = data.query(&[*command, &["--format", "json"]].concat());
        assert_eq!(ran.json()["observed_until"], "2024-12-02T03:00:00Z", "{command:?}: {}", ran.stderr);
    }
    let lines = data.query_with(&["parent", "-", "--format", "json"], "acme/web:2.3.0\n").json_lines();
    assert_eq!(lines[0]["observed_until"], "2024-12-02T03:00:00Z");
    // No index is asked.
    let verified = data.query(&["verify", &snake, "--format", "json"]).json();
    assert_eq!(verified.as_object().expect("an object").get("observed_until"), Some(&Value::Null));
    let then = data.query(&["parent", "acme/web:2.3.0", "--as-of", "2024-12-01T04:00:00Z", "--format", "json"]).json();
    assert_eq!(then["observed_until"], "2024-12-01T04:00:00Z");
}

#[track_caller]
fn has(value: &Value, fields: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("no object: {value}"));
    for field in fields {
        assert!(object.contains_key(*field), "{field} is missing in {value}");
    }
}
