//! `children`, counted and in pages.

use forebear_testkit::{Format, ImageBuilder, Index, Server, World};
use forebear_tests::Data;
use serde_json::Value;

fn children(data: &Data, image: &str, arguments: &[&str]) -> Value {
    let all = [&["children", image, "--format", "json"], arguments].concat();
    let ran = data.query(&all);
    assert_ne!(ran.code, 2, "{}", ran.stderr);
    ran.json()
}

/// Pages of any size, one after the other, are the whole; the total is always
/// of all.
#[test]
fn pages_are_the_whole() {
    let (data, server) = Data::beside_demo();
    let live = format!("docker://{}/library/debian:12.8", server.host());
    let yesterday = ["--all", "--as-of", "2024-12-01"];
    let questions: [(&str, &[&str]); 5] = [
        ("debian:12.8", &["--all"]),
        ("ubuntu:jammy", &[]),
        ("alpine:3.20", &yesterday),
        (&live, &["--all"]),
        ("dude/dude", &["--all"]),
    ];
    for (image, arguments) in questions {
        let whole = children(&data, image, arguments);
        let rows = whole["children"].as_array().expect("rows");
        let total = whole["total"].as_u64().expect("a number");
        assert!(total > 3 && rows.len() as u64 == total, "{image} {arguments:?}: {total}");
        let key = |row: &Value| {
            let reference = row["reference"].as_str().unwrap_or_default().to_owned();
            let (repository, tag) = reference.rsplit_once(':').unwrap_or((&reference, ""));
            (reference.starts_with("sha256:"), repository.to_owned(), tag.to_owned(), row["platform"].to_string())
        };
        assert!(rows.is_sorted_by_key(key), "{image} {arguments:?}");
        for size in [1, 2, 5, rows.len()] {
            let mut pages = Vec::new();
            while pages.len() < rows.len() {
                let (limit, offset) = (size.to_string(), pages.len().to_string());
                let page = children(&data, image, &[arguments, &["--limit", &limit, "--offset", &offset]].concat());
                assert_eq!((&page["total"], &page["offset"]), (&total.into(), &pages.len().into()));
                let got = page["children"].as_array().expect("rows");
                assert!(!got.is_empty() && got.len() <= size);
                pages.extend(got.iter().cloned());
            }
            assert_eq!(&pages, rows, "{image} {arguments:?} by {size}");
        }
        let beyond = children(&data, image, &[arguments, &["--offset", "100000"]].concat());
        assert_eq!((&beyond["total"], &beyond["children"]), (&total.into(), &serde_json::json!([])));
    }
    let text = data.query(&["children", "debian:12.8", "--all", "--limit", "2", "--offset", "3"]).expect_code(0).stdout;
    assert!(
        text.contains("21 images are built on it; these come after the first 3") && text.contains("and 16 more\n"),
        "{text}"
    );
}

/// Every equal candidate has the children: an image's look-alike too.
#[test]
fn a_look_alike_has_the_same_children() {
    let (data, _server) = Data::beside_demo();
    let references = |image: &str| -> Vec<Value> {
        let answer = children(&data, image, &["--all"]);
        answer["children"].as_array().expect("rows").iter().map(|row| row["manifest_digest"].clone()).collect()
    };
    let equal = data.ask("parent", "bash:5.2.37")["parent"]["names"].clone();
    assert!(equal.as_array().expect("names").contains(&"docker.io/dude/dude:latest".into()), "{equal}");
    assert_eq!(references("dude/dude"), references("alpine:3.20.3"));
}

/// A base that was never crawled is known by those that declare it.
#[test]
fn p47_a_base_that_is_known_by_declaration_only() {
    const NAME: &str = "org.opencontainers.image.base.name";
    let ubuntu = ImageBuilder::scratch("linux/amd64").add_rootfs("ubuntu").build();
    let mut world = World::new();
    world.push("library/alpine:3", &ImageBuilder::scratch("linux/amd64").add_rootfs("alpine").build());
    for at in 0..5 {
        let kid =
            ImageBuilder::from(&ubuntu).run(&format!("make {at}")).annotation(NAME, "docker.io/library/ubuntu:22.04");
        world.push(&format!("acme/app:{at}"), &kid.build());
    }
    // By digest, and by a name that begins like it.
    let digest = ubuntu.manifest_digest;
    let pinned = ImageBuilder::from(&ubuntu).run("pin").annotation(NAME, &format!("ubuntu:20.04@{digest}"));
    world.push("acme/pinned:1", &pinned.build());
    let own = ImageBuilder::from(&ubuntu).run("mid").label(NAME, "debian:12").build();
    world.push("acme/mid:1", &own);
    world.push("acme/inherits:1", &ImageBuilder::from(&own).run("more").build());
    let server = Server::start(world);
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2024-12-01T03:00:00Z"]);
    let ask = |image: &str, arguments: &[&str]| -> Value {
        let all = [&["children", image, "--format", "json"], arguments].concat();
        data.query(&all).expect_code(1).json()
    };
    let references = |answer: &Value| -> Vec<String> {
        let images = answer["declared_by"]["images"].as_array().expect("images");
        images.iter().map(|image| image["reference"].as_str().unwrap_or_default().replace("docker.io/", "")).collect()
    };
    for name in ["ubuntu:22.04", "docker.io/library/ubuntu:22.04"] {
        let answer = ask(name, &[]);
        assert_eq!(answer["image"]["reference"], "docker.io/library/ubuntu:22.04");
        assert_eq!((&answer["total"], &answer["declared_by"]["total"]), (&0.into(), &5.into()));
        assert_eq!(references(&answer), ["acme/app:0", "acme/app:1", "acme/app:2", "acme/app:3", "acme/app:4"]);
    }
    assert_eq!(references(&ask("ubuntu:22.04", &["--limit", "2", "--offset", "3"])), ["acme/app:3", "acme/app:4"]);
    assert_eq!(references(&ask("ubuntu:20.04", &[])), ["acme/pinned:1"]);
    assert_eq!(references(&ask(&digest.to_string(), &[])), ["acme/pinned:1"]);
    // What is inherited is no declaration of the child's.
    assert_eq!(references(&ask("debian:12", &[])), ["acme/mid:1"]);
    let text = data.query(&["children", "ubuntu:22.04", "--limit", "1"]).expect_code(1).stdout;
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let expected = [
        "docker.io/library/ubuntu:22.04 is not in the index",
        "5 images declare it as their base, which nothing verifies",
        "  docker.io/acme/app:0   linux/amd64    2 layers",
        "  and 4 more",
    ];
    assert_eq!(lines, expected);
    // Nobody declares these.
    for name in ["ubuntu:24.04", "fedora:40", &format!("sha256:{}", "0".repeat(64))] {
        _ = data.query(&["children", name]).expect_code(2);
    }
    // Of an image that is known, nothing is said of declarations.
    let known = data.query(&["children", "alpine:3", "--format", "json"]).expect_code(1).json();
    assert!(known["declared_by"].is_null() && known["total"] == 0);
}

/// P865: what no tag leads to any more is told apart, and who stands on the same name for another
/// platform is counted.
#[test]
fn p865_earlier_builds_and_other_platforms() {
    let base = |platform: &str| ImageBuilder::scratch(platform).add_rootfs(platform).build();
    let (amd, arm) = (base("linux/amd64"), base("linux/arm64"));
    let on_amd = |step: &str| ImageBuilder::from(&amd).run(step).build();
    let mut world = World::new();
    world.push_built_index("library/base:1", &Index::new(Format::Oci).image(&amd).image(&arm));
    world.push("acme/kept:1", &on_amd("kept"));
    world.push("acme/moved:1", &on_amd("moved"));
    world.push("acme/gone:1", &on_amd("gone"));
    world.push("acme/left:1", &on_amd("left"));
    for at in 0..3 {
        world.push(&format!("acme/arm:{at}"), &ImageBuilder::from(&arm).run(&format!("make {at}")).build());
    }
    let server = Server::start(world);
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2026-03-01T03:00:00Z"]);
    server.world(|world| {
        world.push("acme/moved:1", &on_amd("moved again"));
        world.untag("acme/gone:1");
        // On nothing that is known here.
        world.push("acme/left:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("elsewhere").build());
    });
    data.crawl_hub(&server.host(), &["--now", "2026-03-02T03:00:00Z"]);
    let check = |arguments: &[&str], rows: &[(&str, bool, bool)], others: &Value| {
        let answer = children(&data, "base:1", arguments);
        let listed = answer["children"].as_array().expect("rows").iter();
        let mut got: Vec<(String, bool, bool)> = listed
            .map(|row| {
                let name = row["reference"].as_str().expect("a name").replace("docker.io/acme/", "");
                (name, row["moved"].as_bool().expect("a flag"), row["gone"].as_bool().expect("a flag"))
            })
            .collect();
        got.sort();
        let rows: Vec<_> = rows.iter().map(|(name, moved, gone)| ((*name).to_owned(), *moved, *gone)).collect();
        assert_eq!(got, rows, "{arguments:?}");
        assert_eq!(&answer["on_other_platforms"], others, "{arguments:?}");
    };
    let others = |platform: &str, total: usize| serde_json::json!([{"platform": platform, "total": total}]);
    let (arm_too, amd_too) = (others("linux/arm64", 3), others("linux/amd64", 5));
    let now = [
        ("gone:1", false, true),
        ("kept:1", false, false),
        ("left:1", true, false),
        ("moved:1", false, false),
        ("moved:1", true, false),
    ];
    for arguments in [&[][..], &["--all"], &["--any-build"], &["--all", "--any-build"]] {
        check(arguments, &now, &arm_too);
    }
    let then = ["gone:1", "kept:1", "left:1", "moved:1"].map(|name| (name, false, false));
    check(&["--as-of", "2026-03-01"], &then, &arm_too);
    let arm_rows = ["arm:0", "arm:1", "arm:2"].map(|name| (name, false, false));
    check(&["--platform", "linux/arm64"], &arm_rows, &amd_too);
    // One that offers a platform alone has no others; nor has what goes by no name.
    assert!(children(&data, "acme/kept:1", &[])["on_other_platforms"].is_null());
    for (arguments, parts) in [
        (&[][..], ["1   linux/amd64    2 layers, an earlier build of that name\n", "2 layers, that name is gone\n"]),
        (&["--any-build"], [", an earlier build of that name\n", ", that name is gone\n"]),
    ] {
        let text = data.query(&[&["children", "base:1"], arguments].concat()).expect_code(0).stdout;
        parts.iter().for_each(|part| assert!(text.contains(part), "{part:?} is not in\n{text}"));
        assert!(text.ends_with("for other platforms: 3 on linux/arm64; see --platform\n"), "{text}");
        assert_eq!(text.matches("an earlier build").count(), 2, "{text}");
    }
}
