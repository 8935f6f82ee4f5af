//! What there is to ask about: `ls`, `tags`, `history`.

#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of tests")]

use forebear_testkit::{Format, Image, ImageBuilder, Index, Server, World};
use forebear_tests::Data;
use serde_json::{Value, json};

fn rootfs(name: &str, platform: &str) -> Image {
    ImageBuilder::scratch(platform).add_rootfs(name).build()
}

/// A registry over three days: a tag that moves and comes back, one that goes.
struct Days {
    server: Server,
    data: Data,
    builds: Vec<Image>,
    arm: Image,
}

impl Days {
    fn new() -> Self {
        let builds = vec![rootfs("one", "linux/amd64"), rootfs("two", "linux/amd64")];
        let days =
            Self { server: Server::start(World::new()), data: Data::new(), builds, arm: rootfs("arm", "linux/arm64") };
        days.on("2026-01-01", |world, days| {
            world.push("library/app:1", &days.builds[0]);
            world.push("library/app:old", &days.builds[0]);
            world.push_built_index("acme/many:1", &Index::new(Format::Oci).image(&days.builds[0]).image(&days.arm));
        });
        days.on("2026-01-02", |world, days| {
            world.push("library/app:1", &days.builds[1]);
            world.untag("library/app:old");
        });
        days.on("2026-01-03", |world, days| _ = world.push("library/app:1", &days.builds[0]));
        days
    }

    fn on(&self, day: &str, change: impl FnOnce(&mut World, &Self)) {
        self.server.world(|world| change(world, self));
        self.data.crawl_hub(&self.server.host(), &["--now", &format!("{day}T03:00:00Z")]);
    }

    fn json(&self, arguments: &[&str], code: i32) -> Value {
        self.data.query(&[arguments, &["--json"]].concat()).expect_code(code).json()
    }
}

fn column<'a>(list: &'a Value, name: &str) -> Vec<&'a Value> {
    list.as_array().expect("a list").iter().map(|row| &row[name]).collect()
}

#[test]
fn p540_repositories_by_a_glob() {
    let days = Days::new();
    let check = |arguments: &[&str], code: i32, expected: &[&str]| {
        let answer = days.json(&[&["ls"], arguments].concat(), code);
        assert_eq!(column(&answer["repositories"], "repository"), expected, "{arguments:?}");
        assert_eq!(answer["total"], expected.len());
    };
    let (app, many) = ("docker.io/library/app", "docker.io/acme/many");
    check(&[], 0, &[many, app]);
    check(&["app"], 0, &[app]);
    check(&["acme"], 0, &[many]);
    check(&["docker.io/library/*"], 0, &[app]);
    check(&["ghcr.io"], 1, &[]);
    check(&["app", "--as-of", "2025-12-31"], 1, &[]);
    let answer = days.json(&["ls", "app"], 0);
    let own = &answer["repositories"][0];
    assert_eq!((&own["tags"], &own["tags_gone"]), (&json!(1), &json!(1)));
    assert_eq!(own["last_listed"], "2026-01-03T03:00:00Z");
    assert_eq!(answer["observed_until"], "2026-01-03T03:00:00Z");
    let wrong = days.data.query(&["ls", "a["]).expect_code(2);
    assert_eq!(wrong.stderr, "error: 'a[' is not a glob: unclosed character class; missing ']'\n");
    let near = days.data.query(&["ls", "apps"]).expect_code(1);
    assert_eq!(near.stdout, "no repository in the index matches 'apps'; did you mean app?\n");
}

#[test]
fn p541_tags_and_what_they_lead_to() {
    let days = Days::new();
    let answer = days.json(&["tags", "app"], 0);
    assert_eq!(answer["repository"], "docker.io/library/app");
    assert_eq!(column(&answer["tags"], "tag"), ["1", "old"]);
    let digest = days.builds[0].manifest_digest.to_string();
    assert_eq!(column(&answer["tags"], "digest"), [&digest, &digest]);
    assert_eq!(column(&answer["tags"], "ended"), [false, true]);
    assert_eq!(column(&answer["tags"], "first_seen"), ["2026-01-03T03:00:00Z", "2026-01-01T03:00:00Z"]);
    let answer = days.json(&["tags", "docker.io/acme/many:*"], 0);
    assert_eq!(answer["tags"][0]["platforms"], json!(["linux/amd64", "linux/arm64"]));
    assert_eq!(days.json(&["tags", "app:o*"], 0)["total"], 1);
    assert_eq!(days.json(&["tags", "app:x*"], 1)["total"], 0);
    let unknown = days.data.query(&["tags", "apq"]).expect_code(2);
    assert_eq!(unknown.stderr, "error: docker.io/library/apq is not in the index; did you mean app?\n");
    let unknown = days.data.query(&["tags", "app:oldd"]).expect_code(2);
    assert_eq!(unknown.stderr, "error: docker.io/library/app has no tag oldd in the index; did you mean app:old?\n");
    // The first word of a line is the tag, for scripts.
    let text = days.data.query(&["tags", "app"]).expect_code(0).stdout;
    let first: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(first, ["1", "old"]);
}

/// P866: a glob over repositories is for `ls`.
#[test]
fn p866_one_repository_is_asked_for() {
    let days = Days::new();
    for (command, name, glob) in
        [("tags", "acme/*", "acme/*"), ("tags", "acme/*:1", "acme/*"), ("history", "ap?", "ap?")]
    {
        let told = days.data.query(&[command, name]).expect_code(2).stderr;
        let expected =
            format!("error: '{glob}' means several repositories, and this takes one; see: forebear ls '{glob}'\n");
        assert_eq!(told, expected, "{command} {name}");
    }
}

/// P868: what asks an index asks it as of the time, and what asks none says so.
#[test]
fn p868_a_time_is_never_ignored() {
    let days = Days::new();
    let digest = days.builds[1].manifest_digest.to_string();
    let layer = days.builds[1].diff_ids()[0].to_string();
    for query in [&digest, &layer, &days.builds[1].config_digest.to_string()] {
        assert_eq!(days.json(&["find", query, "--as-of", "2026-01-02"], 0)["total"], 1, "{query}");
        let then = days.json(&["find", query, "--as-of", "2026-01-01"], 0);
        assert_eq!((&then["total"], &then["found"][0]["images"]), (&json!(0), &json!([])), "{query}");
    }
    let live = format!("docker://{}/library/app:1", days.server.host());
    for arguments in [&["verify", &live][..], &["index", "verify"], &["completions", "bash"], &["man"], &["version"]] {
        let told = days.data.query(&[arguments, &["--as-of", "2026-01-01"]].concat()).expect_code(2).stderr;
        assert!(told.contains("--as-of asks what an index knew by then, which '"), "{arguments:?}: {told}");
    }
}

#[test]
fn p542_what_a_tag_led_to_and_when() {
    let days = Days::new();
    let answer = days.json(&["history", "app:1"], 0);
    assert_eq!(answer["name"], "docker.io/library/app:1");
    let [one, two] = [0, 1].map(|at: usize| days.builds[at].manifest_digest.to_string());
    assert_eq!(column(&answer["observations"], "digest"), [&one, &two, &one]);
    assert_eq!(column(&answer["observations"], "ended"), [true, true, false]);
    assert_eq!(
        answer["observations"][1],
        json!({
            "tag": "1",
            "digest": two,
            "first_seen": "2026-01-02T03:00:00Z",
            "last_seen": "2026-01-02T03:00:00Z",
            "ended": true,
            "images": [{
                "platform": "linux/amd64",
                "manifest": two,
                "image": days.builds[1].config_digest.to_string(),
            }],
        })
    );
    let many = days.json(&["history", "acme/many"], 0);
    assert_eq!(many["name"], "docker.io/acme/many");
    assert_eq!(column(&many["observations"][0]["images"], "platform"), ["linux/amd64", "linux/arm64"]);
    // As of a day, what had been seen by then.
    let then = days.json(&["history", "app", "--as-of", "2026-01-01"], 0);
    assert_eq!(column(&then["observations"], "ended"), [false, false]);
    assert_eq!(then["observed_until"], "2026-01-01T23:59:59Z");
    assert_eq!(days.json(&["history", "app", "--as-of", "2025-01-01"], 1)["observations"], json!([]));
}

#[test]
fn p543_history_for_renovate() {
    let days = Days::new();
    let renovate = |name: &str| days.data.query(&["history", name, "--format", "renovate"]).expect_code(0).json();
    let digest = days.builds[0].manifest_digest.to_string();
    let expected = json!({"releases": [
        {"version": "1", "digest": digest, "releaseTimestamp": "2026-01-03T03:00:00Z"},
    ]});
    assert_eq!(renovate("app"), expected, "a tag that is gone is no release");
    assert_eq!(renovate("app:1"), expected);
    let refused = days.data.query(&["parent", "app:1", "--format", "renovate"]).expect_code(2);
    assert_eq!(
        refused.stderr,
        "error: this answer cannot be printed as renovate; --format takes text, json, labels, annotations here\n"
    );
}
