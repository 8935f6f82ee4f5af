//! `stats`: what was crawled, when, and what is missing.

#![expect(clippy::expect_used, reason = "helpers of tests")]

use forebear_testkit::{Fault, Format, ImageBuilder, Index, Matcher, Server, Times, World};
use forebear_tests::Data;
use serde_json::{Value, json};

/// Two days of a registry, of which one repository is named alone, a manifest
/// and a config cannot be had, and a tag goes.
fn crawled() -> (Data, Server) {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let arm = ImageBuilder::scratch("linux/arm64").add_rootfs("base").build();
    let app = ImageBuilder::from(&base).run("make app").build();
    let broken = ImageBuilder::from(&base).run("make broken").build();
    let mut world = World::new();
    world.push_built_index("library/base:1", &Index::new(Format::Oci).image(&base).image(&arm));
    world.push("acme/app:1", &app);
    world.push("acme/app:2", &base);
    world.push("acme/broken:1", &broken);
    let server = Server::start(world);
    let (host, data) = (server.host(), Data::new());
    let run = |arguments: &[&str], code: i32| {
        let all = [&["run", "--registry", host.as_str(), "--name-as", "docker.io"], arguments].concat();
        _ = data.crawl(&all).expect_code(code);
    };
    server.fault(Matcher::get(&arm.manifest_digest.to_string()), Fault::not_found(), Times::Always);
    server.fault(Matcher::get(&broken.config_digest.to_string()), Fault::not_found(), Times::Always);
    run(&["--now", "2026-03-01T03:00:00Z"], 3);
    server.world(|world| _ = world.untag("acme/app:2"));
    run(&["--now", "2026-03-03T03:00:00Z", "--repo", "acme/app"], 0);
    // Part of a repository is not all of it.
    server.world(|world| _ = world.push("other/one:1", &app));
    run(&["--now", "2026-03-04T03:00:00Z", "--repo", "other/one", "--tag", "1*"], 0);
    run(&["--now", "2026-03-05T03:00:00Z", "--repo", "acme/broken"], 3);
    (data, server)
}

/// The fields of a row that are not listed here must be as given.
#[track_caller]
fn has(row: &Value, expected: &Value) {
    for (key, value) in expected.as_object().expect("fields") {
        assert_eq!(&row[key], value, "{key} of {row}");
    }
}

#[test]
fn what_was_crawled_when_and_what_is_missing() {
    let (data, _server) = crawled();
    let stats = data.query(&["stats", "--format", "json"]).expect_code(0).json();
    assert_eq!((&stats["repository_coverage"], &stats["registries"]), (&Value::Null, &json!(["docker.io"])));
    let whole = json!({
        "name": "docker.io", "repositories": 4, "repositories_complete": 3,
        "tags": 5, "tags_ended": 1, "observations": 5,
        "manifests": 4, "manifests_unread": 1, "images": 3, "images_unread": 1,
        "listed_oldest": "2026-03-01T03:00:00Z", "observed_from": "2026-03-01T03:00:00Z",
        "observed_until": "2026-03-05T03:00:00Z",
    });
    assert_eq!(stats["coverage"].as_array().map(Vec::len), Some(1));
    has(&stats["coverage"][0], &whole);
    let unread = |what: &str| json!({"what": what, "why": "not_found", "count": 1});
    has(&stats["coverage"][0], &json!({"unread": [unread("config"), unread("manifest")]}));

    let stats = data.query(&["stats", "--repositories", "--format", "json"]).expect_code(0).json();
    let rows = stats["repository_coverage"].as_array().expect("rows");
    let names: Vec<&Value> = rows.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["docker.io/acme/app", "docker.io/acme/broken", "docker.io/library/base", "docker.io/other/one"]);
    let (first, third) = ("2026-03-01T03:00:00Z", "2026-03-03T03:00:00Z");
    has(&rows[0], &json!({"tags": 2, "tags_ended": 1, "images": 2, "listed_oldest": third, "listed_newest": third}));
    has(&rows[0], &json!({"unread": []}));
    has(&rows[1], &json!({"tags": 1, "images": 1, "images_unread": 1, "manifests_unread": 0}));
    has(&rows[1], &json!({"unread": [unread("config")]}));
    has(&rows[2], &json!({"manifests": 2, "manifests_unread": 1, "images": 1, "listed_newest": first}));
    has(&rows[2], &json!({"unread": [unread("manifest")]}));
    has(&rows[3], &json!({"repositories_complete": 0, "listed_oldest": null, "listed_newest": null, "tags": 1}));

    let text = data.query(&["stats", "--repositories"]).expect_code(0).stdout;
    for part in [
        "\ndocker.io\n  repositories  4, 1 never listed completely\n",
        "\n  tags          5, 1 gone\n",
        "\n  manifests     4 read, 1 referred to and never read\n",
        "\n  images        3, 1 without a readable config\n",
        "\n  docker.io/acme/app       2 tags, 2 images, 2026-03-03, 1 tag gone\n",
        "\n  unread        1 config: not found\n                1 manifest: not found\n",
        "\n  docker.io/library/base   1 tag, 1 image, 2026-03-01, 1 manifest not read (not found)\n",
        "\n  docker.io/other/one      1 tag, 1 image, never listed completely\n",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
}

/// The sections are all of the file but its header and the gaps between them.
#[test]
fn what_each_section_takes() {
    let (data, _server) = crawled();
    let stats = data.query(&["stats", "--format", "json"]).expect_code(0).json();
    let number = |value: &Value| value.as_u64().expect("a number");
    let sections = stats["sections"].as_array().expect("sections");
    let sum: u64 = sections.iter().map(|section| number(&section["bytes"])).sum();
    let header_and_gaps = 64 + sections.len() as u64 * (32 + 63);
    let bytes = number(&stats["bytes"]);
    assert!(sum <= bytes && bytes <= sum + header_and_gaps, "{sum} of {bytes}");
    let elements = |name: &str| sections.iter().find(|s| s["section"] == name).map(|s| number(&s["elements"]));
    assert_eq!(elements("Images"), stats["images"].as_u64());
    assert_eq!(elements("Observations"), stats["observations"].as_u64());
    assert_eq!(number(&stats["bytes_per_image"]), bytes / number(&stats["images"]));
    let text = data.query(&["stats", "--sections"]).expect_code(0).stdout;
    for section in sections {
        let name = section["section"].as_str().expect("a name");
        let row = text.lines().find(|line| line.trim_start().starts_with(&format!("{name} ")));
        assert!(row.is_some_and(|row| row.ends_with(&format!(" {}", section["bytes"]))), "no {name} in:\n{text}");
    }
}

/// P694: what a run did not come to, and what it could not list, is told apart from what
/// is not there.
#[test]
fn p694_what_is_unread_and_why() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let mut world = World::new();
    world.push("acme/app:1", &base);
    world.push("acme/closed:1", &base);
    let server = Server::start(world);
    server.fault(Matcher::get("/v2/acme/closed/tags/list"), Fault::status(403, "DENIED"), Times::Always);
    let data = Data::new();
    let all = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", "2026-03-01T03:00:00Z"];
    _ = data.crawl(&all).expect_code(3);
    let text = data.query(&["stats", "--repositories"]).expect_code(0).stdout;
    for part in [
        "\n  unread        1 list: forbidden\n",
        "\n  docker.io/acme/closed   0 tags, 0 images, never listed completely, 1 list of tags not read (forbidden)\n",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    // The next night the registry stops in the middle: what is left is not reached.
    server.fault(Matcher::head("/v2/acme/app/manifests/"), Fault::too_many_requests(Some("7200")), Times::Always);
    let again = ["run", "--registry", &server.host(), "--name-as", "docker.io", "--now", "2026-03-02T03:00:00Z"];
    _ = data.crawl(&again).expect_code(4);
    let text = data.query(&["stats"]).expect_code(0).stdout;
    assert!(text.contains("1 tag: the run ended before it came to them\n"), "{text}");
}

/// P861: as of an earlier time, what was there then, and of the rest that it is not known.
#[test]
fn p861_as_of_an_earlier_time() {
    let (data, _server) = crawled();
    let stats = |day: &str| data.query(&["stats", "--repositories", "--json", "--as-of", day]).expect_code(0).json();
    let then = stats("2026-03-02");
    has(
        &then,
        &json!({
            "as_of": "2026-03-02T23:59:59Z", "observed_until": "2026-03-01T03:00:00Z",
            "repositories": 3, "repositories_complete": 1, "repositories_complete_unknown": 2,
            "tags": 4, "observations": 4, "images": 3, "images_unread": 1, "images_with_parent": 2,
            "manifests": 4, "manifests_unread": 1, "platforms": ["linux/amd64"],
        }),
    );
    let first = "2026-03-01T03:00:00Z";
    has(
        &then["coverage"][0],
        &json!({
            "name": "docker.io", "repositories": 3, "repositories_complete": 1, "repositories_complete_unknown": 2,
            "tags": 4, "tags_ended": 0, "listed_oldest": null, "listed_newest": null,
            "observed_from": first, "observed_until": first, "unread": [],
        }),
    );
    let rows = then["repository_coverage"].as_array().expect("rows");
    let names: Vec<&Value> = rows.iter().map(|row| &row["name"]).collect();
    assert_eq!(names, ["docker.io/acme/app", "docker.io/acme/broken", "docker.io/library/base"]);
    has(&rows[0], &json!({"repositories_complete": 0, "repositories_complete_unknown": 1, "listed_newest": null}));
    has(&rows[2], &json!({"repositories_complete": 1, "repositories_complete_unknown": 0, "listed_newest": first}));
    let nothing = stats("2026-02-01");
    has(&nothing, &json!({"repositories": 0, "tags": 0, "images": 0, "observed_until": null, "registries": []}));
    let text = data.query(&["stats", "--repositories", "--as-of", "2026-03-02"]).expect_code(0).stdout;
    for part in [
        "\nas of           2026-03-02T23:59:59Z; what had failed by then is not known\n",
        "\nobserved until  2026-03-01T03:00:00Z\n",
        "\nrepositories    3, not known of 2 whether listed completely by then\n",
        "\n  repositories  3, not known of 2 whether listed completely by then\n",
        "\n  docker.io/acme/app       2 tags, 2 images, not known when listed\n",
        "\n  docker.io/library/base   1 tag, 1 image, 2026-03-01, 1 manifest not read\n",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    // After the last run it is what it is now.
    let (mut now, mut later) = (data.query(&["stats", "--json"]).expect_code(0).json(), stats("2026-04-01"));
    for answer in [&mut now, &mut later] {
        let fields = answer.as_object_mut().expect("fields");
        fields.retain(|name, _| !matches!(name.as_str(), "as_of" | "repository_coverage"));
    }
    assert_eq!(now, later);
}
