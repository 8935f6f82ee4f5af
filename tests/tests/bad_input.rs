//! Bad input: each a clear sentence with what to do, no panic, nothing lost.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

use forebear_testkit::{Builder, Fault, ImageBuilder, Matcher, Options, Server, Times, World};
use forebear_tests::{Data, Ran};
use serde_json::Value;

/// A small registry: a base, an app on it, another app.
fn world() -> World {
    let base = ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("base").cmd(&["sh"]).build();
    let app = ImageBuilder::from(&base).run("make app").build();
    let other = ImageBuilder::from(&base).run("make other").cmd(&["other"]).build();
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/app:1", &app);
    world.push("acme/other:1", &other);
    world
}

fn crawl(data: &Data, server: &Server) -> Ran {
    data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io", "--format", "json"])
}

/// Nothing a person cannot read, and no backtrace.
#[track_caller]
fn assert_clear(ran: &Ran, parts: &[&str]) {
    let all = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!all.contains("panicked") && !all.contains("RUST_BACKTRACE"), "{all}");
    for part in parts {
        assert!(all.contains(part), "no '{part}' in: {all}");
    }
}

/// Crawls with a fault: the run ends with 3, the failure is a row, everything
/// else is there, and a second run without the fault heals it.
#[track_caller]
fn check_item(matcher: Matcher, fault: Fault, kind: &str, sentence: &str) {
    let server = Server::start(world());
    server.fault(matcher, fault, Times::Always);
    let data = Data::new();
    let ran = crawl(&data, &server).expect_code(3);
    assert_clear(&ran, &[]);
    let failures = ran.json()["failures"].clone();
    assert!(failures[kind].as_u64() >= Some(1), "{failures}");
    let listed = data.crawl(&["failures", "--format", "json"]).expect_code(0).json();
    let message = listed[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains(sentence), "no '{sentence}' in: {message}");
    // What did not fail is published and answers.
    let answer = data.ask("parent", "acme/other:1");
    assert_eq!(answer["parent"]["reference"], "docker.io/library/base:1");
    server.clear_faults();
    let healed = crawl(&data, &server).expect_code(0).json();
    assert_eq!(healed["failures"], serde_json::json!({}));
    let answer = data.ask("parent", "acme/app:1");
    assert_eq!(answer["parent"]["reference"], "docker.io/library/base:1", "after the fault is gone");
    assert_eq!(data.crawl(&["failures", "--format", "json"]).json(), serde_json::json!([]));
}

fn app_manifest() -> Matcher {
    let digest = world().resolve("acme/app:1").expect("the app is there").to_string();
    Matcher::get(&digest)
}

fn app_config() -> Matcher {
    Matcher::get("/v2/acme/app/blobs/")
}

#[test]
fn manifest_whose_bytes_do_not_match_its_digest_r17() {
    check_item(app_manifest(), Fault::WrongBytes, "digest_mismatch", "sha256:");
}

#[test]
fn manifest_that_is_html() {
    check_item(app_manifest(), Fault::Html, "digest_mismatch", "sha256:");
}

#[test]
fn config_of_another_image() {
    check_item(app_config(), Fault::WrongBytes, "digest_mismatch", "sha256:");
}

#[test]
fn config_that_is_gone() {
    check_item(app_config(), Fault::not_found(), "not_found", "not found");
}

#[test]
fn manifest_larger_than_any_r22() {
    check_item(app_manifest(), Fault::Endless, "too_large", "larger than");
}

#[test]
fn registry_that_fails_on_one_item() {
    check_item(app_manifest(), Fault::server_error(), "server_error", "after 4 tries");
}

#[test]
fn tag_listed_and_gone_is_no_failure_r14() {
    let server = Server::start(world());
    server.fault(Matcher::path("/v2/acme/app/manifests/1"), Fault::not_found(), Times::Always);
    let data = Data::new();
    let report = crawl(&data, &server).expect_code(0).json();
    assert_eq!((&report["gone"], &report["images_new"]), (&Value::from(1), &Value::from(2)));
}

#[test]
fn tag_list_that_is_null_r13() {
    let server = Server::start(world());
    server.fault(Matcher::path("/v2/acme/app/tags/list"), Fault::NullTags, Times::Always);
    let report = crawl(&Data::new(), &server).expect_code(0).json();
    assert_eq!((&report["repositories"], &report["tags"]), (&Value::from(3), &Value::from(2)));
}

#[test]
fn tag_list_that_is_no_json() {
    let server = Server::start(world());
    server.fault(Matcher::path("/v2/acme/app/tags/list"), Fault::InvalidJson, Times::Always);
    let data = Data::new();
    let report = crawl(&data, &server).expect_code(3).json();
    assert_eq!(report["failures"]["protocol"], 1, "{report}");
    assert_eq!(report["images_new"], 2);
}

#[test]
fn unknown_media_type() {
    let mut world = world();
    world.push_raw(
        "acme/strange:1",
        "application/vnd.example.thing+json",
        br#"{"schemaVersion":2,"mediaType":"application/vnd.example.thing+json","things":[]}"#,
    );
    let server = Server::start(world);
    let data = Data::new();
    let report = crawl(&data, &server).expect_code(3).json();
    assert_eq!(report["failures"]["manifest"], 1, "{report}");
    let failures = data.crawl(&["failures"]).expect_code(0);
    assert_clear(&failures, &["acme/strange", "unknown manifest type", "application/vnd.example.thing+json"]);
    let asked = data.query(&["parent", "acme/strange:1"]).expect_code(2);
    assert_clear(&asked, &["was not fetched", "failures"]);
}

#[test]
fn registries_that_cannot_be_crawled() {
    #[track_caller]
    fn check(registry: &str, parts: &[&str]) {
        let ran = Data::new().crawl(&["run", "--registry", registry]).expect_code(2);
        assert_clear(&ran, parts);
        assert!(ran.stdout.is_empty(), "errors are no data: {}", ran.stdout);
    }
    check("no-such-host.invalid", &["no-such-host.invalid", "hint:"]);
    check("not a host", &["not a host"]);
    // A port nobody listens on: bound, then closed again.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
    check(&closed.to_string(), &["no connection", "hint:"]);
    let html = Server::start(world());
    html.fault(Matcher::any(), Fault::Html, Times::Always);
    check(&html.host(), &["no registry here", "HTML"]);
    let closed = Server::start(world());
    closed.fault(Matcher::any(), Fault::unauthorized("Bearer realm=\"https://auth.example/token\""), Times::Always);
    check(&closed.host(), &["no token", "auth.example", "hint:"]);
    let account = Some(("amy".to_owned(), "hunter2".to_owned()));
    let closed = Server::start_with(world(), Options { basic: account, ..Options::default() });
    check(&closed.host(), &["requires authentication", "hint:"]);
    let server = Server::start(world());
    let ran = Data::new().crawl(&["run", "--registry", &server.host(), "--rate", "fast"]).expect_code(2);
    assert_clear(&ran, &["fast", "20/s"]);
}

#[test]
fn catalog_that_is_not_offered_r10() {
    let options =
        forebear_testkit::Options { catalog: forebear_testkit::server::Catalog::Refused401, ..Default::default() };
    let server = Server::start_with(world(), options);
    let data = Data::new();
    let ran = data.crawl(&["run", "--registry", &server.host()]).expect_code(2);
    assert_clear(&ran, &["catalog"]);
    // Named repositories need none.
    let named = data.crawl(&["run", "--registry", &server.host(), "--repo", "acme/app", "--repo", "acme/none"]);
    assert_clear(&named.expect_code(3), &["acme/none"]);
}

#[test]
fn references_that_are_none() {
    let server = Server::start(world());
    let data = Data::new();
    let missing = data.query(&["parent", "alpine"]).expect_code(2);
    assert_clear(&missing, &["no index in", "forebear-crawl"]);
    data.crawl_hub(&server.host(), &[]);
    #[track_caller]
    fn check(data: &Data, image: &str, parts: &[&str]) {
        let ran = data.query(&["parent", image]).expect_code(2);
        assert_clear(&ran, parts);
        assert!(ran.stdout.is_empty());
    }
    check(&data, "Not A Reference", &["is not an image reference"]);
    check(&data, "acme/app:none", &["has no tag none", "did you mean acme/app:1?"]);
    check(&data, "acme/none", &["is not in the index", "docker://"]);
    check(&data, "sha256:12", &["64 hex digits"]);
    check(&data, &format!("sha256:{}", "0".repeat(64)), &["neither a manifest nor a config"]);
    check(&data, "\u{1b}[31mred", &["\\u{1b}"]);
    check(&data, "zip:file", &["is not"]);
    check(&data, &format!("docker://{}/acme/none:1", server.host()), &["not found"]);
    let platform = data.query(&["parent", "acme/app:1", "--platform", "linux/arm64"]).expect_code(2);
    assert_clear(&platform, &["linux/amd64", "linux/arm64"]);
    assert_clear(&data.query(&["parent", "x", "--platform", "linux"]).expect_code(2), &["os/architecture"]);
    let lines = data.query_with(&["parent", "-", "--format", "json"], "acme/app:1\n\nno such thing\n").expect_code(2);
    let lines = lines.json_lines();
    assert_eq!(lines.len(), 2);
    assert!(lines[0]["parent"].is_object() && lines[1]["error"].is_string());
}

/// Asked for a platform that is not there, every way of asking says which are.
#[test]
fn platforms_that_are_not_there() {
    let image = |platform: &str| ImageBuilder::scratch(platform).add_rootfs("base").build();
    let (amd, arm, mips) = (image("linux/amd64"), image("linux/arm64"), image("linux/mips64le"));
    let mut world = world();
    world.push_platforms("library/many:1", &[&amd, &arm]);
    world.push_platforms("library/mips:1", &[&mips]);
    world.push_platforms("library/odd:1", &[&arm, &mips]);
    let server = Server::start(world);
    let (data, partly) = (Data::new(), Data::new());
    data.crawl_hub(&server.host(), &[]);
    partly.crawl_hub(&server.host(), &["--platform", "linux/amd64"]);
    #[track_caller]
    fn check(data: &Data, image: &str, platform: &str, parts: &[&str]) {
        let arguments =
            if platform.is_empty() { vec!["parent", image] } else { vec!["parent", image, "--platform", platform] };
        let ran = data.query(&arguments).expect_code(2);
        assert_clear(&ran, parts);
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    }
    let folder = Data::new();
    forebear_tests::forms::write_dir(&amd, folder.path());
    let dir = format!("dir:{}", folder.path().display());
    let live = |name: &str| format!("docker://{}/{name}", server.host());
    let digest = server.world(|world| world.resolve("library/many:1")).expect("an index").to_string();
    for many in ["many:1", &live("library/many:1"), &format!("many@{digest}")] {
        check(&data, many, "linux/s390x", &["no image for linux/s390x", "it offers linux/amd64, linux/arm64"]);
        check(&data, many, "windows/amd64", &["it offers linux/amd64, linux/arm64"]);
        _ = data.query(&["parent", many, "--platform", "linux/arm64"]).expect_code(1);
    }
    // One platform: it is said which.
    check(&data, "mips:1", "linux/amd64", &["linux/mips64le"]);
    check(&data, &live("library/mips:1"), "linux/amd64", &["linux/mips64le"]);
    check(&data, "acme/app:1", "linux/arm64", &["is for linux/amd64, not for linux/arm64"]);
    check(&data, &live("acme/app:1"), "linux/arm64", &["is for linux/amd64, not for linux/arm64"]);
    check(&data, &dir, "linux/arm64", &["is for linux/amd64, not for linux/arm64"]);
    // The default is not there; a digest has none.
    for odd in ["odd:1", &live("library/odd:1")] {
        check(&data, odd, "", &["no image for linux/amd64", "linux/arm64, linux/mips64le"]);
    }
    check(&data, &digest, "", &["offers several platforms", "--platform", "linux/amd64, linux/arm64"]);
    check(&data, &live(&format!("library/many@{digest}")), "", &["offers several platforms", "--platform"]);
    // There, but not crawled.
    check(&partly, "many:1", "linux/arm64", &["was not fetched", "docker://"]);
    check(&partly, "many:1", "linux/s390x", &["it offers linux/amd64, linux/arm64 (not crawled)"]);
    let lines = data.query_with(&["parent", "-", "--platform", "linux/s390x"], "many:1\n").expect_code(2).json_lines();
    assert!(lines[0]["error"].as_str().is_some_and(|error| error.contains("it offers linux/amd64")), "{lines:?}");
}

#[test]
fn data_folder_that_is_not_ours() {
    let server = Server::start(world());
    let data = Data::new();
    std::fs::create_dir(data.path().join("store")).expect("a folder");
    std::fs::write(data.path().join("store/letters.txt"), "dear diary").expect("a file");
    let ran = crawl(&data, &server).expect_code(2);
    assert_clear(&ran, &["letters.txt", "not a forebear store", "--data"]);
    let left: Vec<_> = std::fs::read_dir(data.path().join("store")).expect("still there").flatten().collect();
    assert_eq!(left.len(), 1, "nothing was added");
    let file = Data::new();
    std::fs::write(file.path().join("store"), "a file").expect("a file");
    assert_clear(&crawl(&file, &server).expect_code(2), &["it is a file"]);
    let newer = Data::new();
    _ = crawl(&newer, &server).expect_code(0);
    std::fs::write(newer.path().join("store/forebear-store"), "99\n").expect("a marker");
    assert_clear(&crawl(&newer, &server).expect_code(2), &["format 99"]);
}

#[test]
fn data_folder_open_in_another_crawler() {
    let server = Server::start(world());
    server.fault(Matcher::path("/v2/acme/app/tags/list"), Fault::Delay(std::time::Duration::from_secs(3)), Times::Once);
    let data = Data::new();
    let first = data.command("forebear-crawl", &["run", "--registry", &server.host(), "--name-as", "docker.io"]);
    let mut first =
        { first }.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts");
    let begun = std::time::Instant::now();
    while server.requests().is_empty() && begun.elapsed().as_secs() < 20 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_clear(&crawl(&data, &server).expect_code(2), &["another crawler works in"]);
    assert_eq!(first.wait().expect("it ends").code(), Some(0), "the first one is not disturbed");
    assert_eq!(data.ask("parent", "acme/app:1")["parent"]["reference"], "docker.io/library/base:1");
}

#[test]
fn index_that_is_none() {
    let server = Server::start(world());
    let data = Data::new();
    data.crawl_hub(&server.host(), &[]);
    let current = std::fs::read_to_string(data.path().join("index/CURRENT")).expect("a pointer");
    let file = data.path().join("index").join(current.trim());
    let whole = std::fs::read(&file).expect("an index");
    std::fs::write(&file, &whole[..whole.len() / 2]).expect("cut");
    assert_clear(&data.query(&["parent", "acme/app:1"]).expect_code(2), &["damaged", "publish"]);
    let mut newer = whole.clone();
    newer[8] = 200;
    std::fs::write(&file, newer).expect("newer");
    assert_clear(&data.query(&["parent", "acme/app:1"]).expect_code(2), &["index format 200", "newer forebear"]);
    std::fs::write(&file, "hello").expect("foreign");
    assert_clear(&data.query(&["parent", "acme/app:1"]).expect_code(2), &["is not a forebear index"]);
    // The facts are safe: publishing makes it anew.
    std::fs::remove_file(&file).expect("removed");
    assert_clear(&data.query(&["parent", "acme/app:1"]).expect_code(2), &["no index in"]);
    _ = data.crawl(&["publish"]).expect_code(0);
    assert_eq!(std::fs::read(&file).expect("published again"), whole);
}

/// The whole file is read on demand; opening it looks at its head only.
#[test]
fn index_verify_finds_a_flipped_byte() {
    let server = Server::start(world());
    let data = Data::new();
    _ = data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    let answer = data.query(&["index", "verify", "--format", "json"]).expect_code(0).json();
    assert_eq!((&answer["intact"], &answer["problem"]), (&true.into(), &serde_json::Value::Null));
    let file = answer["file"].as_str().expect("a path").to_owned();
    let mut bytes = std::fs::read(&file).expect("the index");
    let last = bytes.len() - 1;
    bytes.get_mut(last).into_iter().for_each(|byte| *byte ^= 1);
    std::fs::write(&file, bytes).expect("written");
    let ran = data.query(&["index", "verify"]).expect_code(1);
    assert!(ran.stdout.starts_with("not intact: ") && ran.stdout.contains(": checksum mismatch"), "{ran:?}");
}
