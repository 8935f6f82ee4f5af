//! Steps and who made them: builds that differ in time only, and layers that no
//! Dockerfile made.

use forebear_testkit::{Image, ImageBuilder, LayerContent, World};
use serde_json::{Value, json};

use super::asked::Crawled;

/// An image as rpm-ostree exports it, its history written at this time.
fn exported(time: &str, labels: &[(&str, &str)]) -> ImageBuilder {
    let steps = [
        "ostree export of commit 13a0b030596a03b3c3df66d3bb846641",
        "linux-firmware-20240219-143.el9.noarch",
        "kernel-core-5.14.0-432.el9.x86_64 and kernel-modules-core-5.14.0-432.el9.x86_64",
        "rpmostree-unpackaged-content",
    ];
    let mut image = ImageBuilder::scratch("linux/amd64")
        .setting("Labels", json!(labels.iter().copied().collect::<std::collections::BTreeMap<_, _>>()));
    for step in steps {
        image = image
            .content(LayerContent::Seed(step.to_owned()))
            .raw_step(json!({"created": time, "created_by": step}), true);
    }
    image
}

fn diff(crawled: &Crawled, a: &str, b: &str) -> (Value, String) {
    let json = crawled.data.query(&["diff", a, b, "--format", "json"]).expect_code(1).json();
    (json, crawled.data.query(&["diff", a, b]).expect_code(1).stdout)
}

#[test]
fn p12_an_ostree_image_that_was_exported_again() {
    let labels = &[("containers.bootc", "1"), ("ostree.commit", "13a0b0")];
    let base = exported("2025-05-28T21:07:10Z", labels).build();
    let again = exported("2025-05-29T01:00:00Z", labels).build();
    let app = ImageBuilder::from(&base).step("/bin/sh -c dnf -y install vim", true).build();
    let mut world = World::new();
    for (name, image) in [("centos/bootc:stream9", &base), ("centos/bootc:again", &again), ("acme/os:1", &app)] {
        world.push(name, image);
    }
    let crawled = Crawled::new(world);
    assert_eq!(crawled.ask("acme/os:1")["parent"]["reference"], "docker.io/centos/bootc:stream9");
    let (answer, text) = diff(&crawled, "centos/bootc:stream9", "centos/bootc:again");
    let counts = ["same_layers", "common_steps", "steps_at_other_times"].map(|key| answer[key].as_u64());
    assert_eq!(counts, [Some(4); 3], "{answer}");
    assert_eq!((&answer["only_a"], &answer["only_b"]), (&json!([]), &json!([])));
    assert!(text.contains("\nthe same steps, recorded at two times\n"), "{text}");
    let common = "\nin common: the lowest 4 layers and the first 4 steps, recorded at another time\n";
    assert!(text.contains(common) && !text.contains("Dockerfile"), "{text}");
    let told = crawled.data.query(&["dockerfile", "centos/bootc:stream9", "--format", "json"]).expect_code(1).json();
    for step in told["steps"].as_array().expect("steps").iter().take(4) {
        assert_eq!(
            (&step["instruction"], &step["note"]),
            (&json!("ostree"), &json!("made by ostree, not by a Dockerfile"))
        );
    }
}

/// Tools that give every image one date and one text say nothing of a second
/// build.
#[test]
fn p346_one_text_for_everything_is_no_second_build() {
    let base = ImageBuilder::scratch("linux/amd64").add_rootfs("alpine").build();
    let made = |name: &str, entry: Value| {
        let content = LayerContent::Seed(name.to_owned());
        ImageBuilder::from(&base).content(content).raw_step(entry, true).build()
    };
    let jib = json!({"created": "1970-01-01T00:00:00Z", "created_by": "jib-maven-plugin:3.4.0", "author": "Jib"});
    let nix = |path: &str| json!({"created": "1970-01-01T00:00:01Z", "comment": format!("store paths: ['/nix/store/{path}']")});
    let mut world = World::new();
    let images = [
        ("x/jib:1", made("a", jib.clone())),
        ("x/jib:2", made("b", jib)),
        ("x/nix:1", made("c", nix("c"))),
        ("x/nix:2", made("d", nix("d"))),
    ];
    for (name, image) in &images {
        world.push(name, image);
    }
    let crawled = Crawled::new(world);
    for (a, b) in [("x/jib:1", "x/jib:2"), ("x/nix:1", "x/nix:2")] {
        let (answer, text) = diff(&crawled, a, b);
        assert_eq!((&answer["verdict"], &answer["same_layers"]), (&json!("siblings"), &json!(1)), "{text}");
        assert_eq!(["only_a", "only_b"].map(|key| answer[key].as_array().map(Vec::len)), [Some(1); 2], "{text}");
    }
}

#[test]
fn p342_a_dockerfile_that_was_built_again() {
    let build =
        |time: &str| ImageBuilder::scratch("linux/amd64").at(time).add_rootfs("alpine").run("make").cmd(&["run"]);
    let (old, new) = (build("2024-01-01T00:00:00Z").build(), build("2024-02-01T00:00:00Z").build());
    let more = build("2024-03-01T00:00:00Z").run("more").build();
    let other = ImageBuilder::from(&old).run("other").build();
    let next = ImageBuilder::from(&old).at("2025-01-01T00:00:00Z").run("other").run("next").build();
    let data = |time: &str| {
        ImageBuilder::scratch("linux/amd64").at(time).content(LayerContent::Seed("d".to_owned())).copy("d", "/d")
    };
    let (seed, grown) = (data("2024-01-01T00:00:00Z").build(), data("2024-02-01T00:00:00Z").run("grow").build());
    let mut world = World::new();
    let images: [(&str, &Image); 7] = [
        ("x/old:1", &old),
        ("x/new:1", &new),
        ("x/more:1", &more),
        ("x/other:1", &other),
        ("x/next:1", &next),
        ("x/seed:1", &seed),
        ("x/grown:1", &grown),
    ];
    for (name, image) in images {
        world.push(name, image);
    }
    let crawled = Crawled::new(world);
    let told = |a: &str, b: &str| {
        let (answer, text) = diff(&crawled, a, b);
        let count = |key: &str| answer[key].as_array().map_or(0, Vec::len);
        let common = text.lines().find(|line| line.contains("in common")).unwrap_or_default().trim().to_owned();
        (answer["verdict"].as_str().unwrap_or_default().to_owned(), count("only_a"), count("only_b"), common)
    };
    let (verdict, a, b, common) = told("x/old:1", "x/new:1");
    assert_eq!((verdict.as_str(), a, b), ("same-dockerfile", 0, 0));
    assert!(common.ends_with("and the first 3 steps, recorded at another time"), "{common}");
    // Of siblings, a step of the same text is another image's.
    let (verdict, a, b, common) = told("x/other:1", "x/next:1");
    assert_eq!((verdict.as_str(), a, b), ("siblings", 1, 2), "{common}");
    assert!(common.ends_with("and the first 3 steps"), "{common}");
    let (verdict, a, b, _) = told("x/old:1", "x/more:1");
    assert_eq!((verdict.as_str(), a, b), ("siblings", 3, 4));
    // What the verdict calls built on the other has its steps.
    let (verdict, a, b, common) = told("x/seed:1", "x/grown:1");
    assert_eq!((verdict.as_str(), a, b), ("a-is-ancestor", 0, 1));
    assert!(common.ends_with("and the first 1 step, recorded at another time"), "{common}");
}
