//! Registries that are not as the specification has them, through both binaries.

use forebear_testkit::{Fault, ImageBuilder, Matcher, Server, Times, World};
use forebear_tests::{Data, Ran};
use serde_json::Value;

const NIGHTS: [&str; 4] =
    ["2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", "2025-01-03T00:00:00Z", "2025-01-04T00:00:00Z"];

/// Alpine, twelve tags of an application on it, and an image that calls itself
/// the same as Alpine, all below a prefix.
fn world(prefix: &str) -> World {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build();
    let mut world = World::new();
    world.push(&format!("{prefix}library/alpine:3.19"), &base);
    world.push(&format!("{prefix}dude/dude:latest"), &base);
    for tag in 0..12 {
        let app = ImageBuilder::from(&base).run(&format!("make {tag}"));
        let app = app.annotation("org.opencontainers.image.base.name", "docker.io/library/alpine:3.19").build();
        world.push(&format!("{prefix}acme/app:t{tag:02}"), &app);
    }
    world
}

fn crawl(data: &Data, server: &Server, night: &str, more: &[&str]) -> Ran {
    let arguments = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", night];
    data.crawl(&[&arguments, more].concat())
}

/// A night of a registry that refuses HEAD costs a pull a tag, and is told so.
#[test]
fn p16_a_registry_that_refuses_head_is_crawled() {
    let server = Server::start(world(""));
    server.fault(Matcher::head("/manifests/"), Fault::status(405, "UNSUPPORTED"), Times::Always);
    let data = Data::new();
    let text = crawl(&data, &server, NIGHTS[0], &["--concurrency", "1"]).expect_code(0).stdout;
    let told = "  14 tags asked for by GET, since the registry refuses HEAD: such a run costs a pull a tag\n";
    assert!(text.contains(told), "{text}");
    let again = crawl(&data, &server, NIGHTS[1], &["--format", "json"]).expect_code(0).json();
    assert_eq!((&again["unchanged"], &again["requests"]["head_refused"]), (&Value::Bool(true), &Value::from(14)));
    assert_eq!((&again["requests"]["manifest_get"], &again["requests"]["config"]), (&Value::from(14), &Value::from(0)));
    let parent = data.query(&["parent", "acme/app:t00", "--format", "json"]).expect_code(0).json();
    assert_eq!(parent["parent"]["reference"], "docker.io/library/alpine:3.19");
}

#[test]
fn p31_an_outage_of_a_proxy_ends_nothing() {
    let server = Server::start(world(""));
    let data = Data::new();
    _ = crawl(&data, &server, NIGHTS[0], &[]).expect_code(0);
    server.fault(Matcher::path("/acme/app/manifests/"), Fault::not_found(), Times::Always);
    let out = crawl(&data, &server, NIGHTS[1], &["--format", "json"]).expect_code(3).json();
    let warning = &out["warnings"][0];
    assert_eq!((&warning["subject"], &warning["kind"]), (&"docker.io/acme/app".into(), &"outage".into()));
    let message = warning["message"].as_str().unwrap();
    assert!(message.starts_with("listed and not found: 12 of 12 tags of acme/app;"), "{message}");
    assert_eq!((&out["outages"], &out["ended"], &out["gone"]), (&1.into(), &0.into(), &0.into()));
    let parent = data.query(&["parent", "acme/app:t00"]).expect_code(0);
    assert!(!(parent.stdout + &parent.stderr).contains("gone"));
    // When all is well again nothing has happened.
    server.clear_faults();
    let well = crawl(&data, &server, NIGHTS[2], &["--format", "json"]).expect_code(0).json();
    assert_eq!((&well["unchanged"], &well["outages"]), (&Value::Bool(true), &0.into()));
    // One of twelve that is not there is an ordinary deletion.
    server.fault(Matcher::path("/acme/app/manifests/t00"), Fault::not_found(), Times::Always);
    let night = crawl(&data, &server, NIGHTS[3], &["--format", "json"]).expect_code(0).json();
    assert_eq!((&night["outages"], &night["ended"], &night["gone"]), (&0.into(), &1.into(), &1.into()));
}

#[test]
fn p43_a_proxy_projects_repositories_are_another_registrys() {
    let mut world = world("dockerhub/");
    let other = ImageBuilder::scratch("linux/amd64").add_rootfs("other").cmd(&["/bin/sh"]).build();
    world.push("tools/own:1", &other);
    let server = Server::start(world);
    for prefix in ["dockerhub/", "dockerhub"] {
        let data = Data::new();
        let text = crawl(&data, &server, NIGHTS[0], &["--strip-prefix", prefix]).expect_code(0).stdout;
        assert!(text.contains("  1 repository not below the prefix that is taken off, left out\n"), "{text}");
        let again = crawl(&data, &server, NIGHTS[1], &["--strip-prefix", prefix, "--format", "json"]);
        let again = again.expect_code(0).json();
        assert_eq!((&again["unchanged"], &again["outside_prefix"]), (&Value::Bool(true), &1.into()));
        let answer = data.query(&["parent", "docker.io/acme/app:t00", "--format", "json"]).expect_code(0).json();
        assert_eq!(answer["image"]["reference"], "docker.io/acme/app:t00");
        // Official images first, not dude/dude.
        assert_eq!(answer["parent"]["reference"], "docker.io/library/alpine:3.19");
        let declared = &answer["declared"][0];
        assert_eq!(
            (&declared["name"], &declared["verdict"]),
            (&"docker.io/library/alpine:3.19".into(), &"agrees".into())
        );
    }
}

/// What is wrong with a prefix is told before anything is sent.
#[test]
fn p305_a_prefix_that_cannot_be_is_told() {
    let server = Server::start(world("dockerhub/"));
    let data = Data::new();
    let alone = data.crawl(&["run", "--registry", &server.host(), "--strip-prefix", "dockerhub/"]).expect_code(2);
    assert!(alone.stderr.contains("--name-as"), "{}", alone.stderr);
    let odd = crawl(&data, &server, NIGHTS[0], &["--strip-prefix", "/dockerhub"]).expect_code(2);
    assert!(odd.stderr.contains("'/dockerhub' is no prefix of repository names; write it as dockerhub/"), "{odd:?}");
    let name = crawl(&data, &server, NIGHTS[0], &["--strip-prefix", "dockerhub/", "--repo", "alpine"]).expect_code(2);
    let expected = "'alpine' is not below dockerhub/, which is taken off: \
                    write it as the registry does, dockerhub/alpine";
    assert!(name.stderr.contains(expected), "{name:?}");
    assert_eq!(server.requests().len(), 0);
}
