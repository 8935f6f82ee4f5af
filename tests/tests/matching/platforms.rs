//! Several platforms, and what is no image: M23 to M25.

use forebear_testkit::{Format, Image, ImageBuilder, Index, LayerContent, World};

use super::asked::{Crawled, check, on, world};

const PLATFORMS: [&str; 8] = [
    "linux/386",
    "linux/amd64",
    "linux/arm/v6",
    "linux/arm/v7",
    "linux/arm64",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
];

fn stats(crawled: &Crawled) -> serde_json::Value {
    crawled.data.query(&["stats", "--format", "json"]).expect_code(0).json()
}

#[test]
fn m23_attestations_are_no_images() {
    let mut index = Index::new(Format::Oci);
    for platform in PLATFORMS {
        index = index.attested(&ImageBuilder::scratch(platform).add_rootfs("alpine").build(), &[]);
    }
    assert_eq!(index.images().len(), 16);
    let mut world = World::new();
    world.push_built_index("library/alpine:3", &index);
    let crawled = Crawled::new(world);
    let stats = stats(&crawled);
    assert_eq!((&stats["images"], &stats["manifests_unread"]), (&8.into(), &0.into()), "{stats}");
    assert_eq!(stats["platforms"].as_array().map(Vec::len), Some(8));
    let missing = crawled.data.query(&["parent", "alpine:3", "--platform", "unknown/unknown"]).expect_code(2);
    assert!(missing.stderr.contains("it offers linux/386, linux/amd64"), "{}", missing.stderr);
}

#[test]
fn m24_all_platforms_share_one_chain() {
    let made = ImageBuilder::scratch("linux/386").copy("data", "/data").build().layers.remove(0);
    let same = |platform: &str| ImageBuilder::scratch(platform).cached(&made).copy("data", "/data").build();
    let images: Vec<Image> = PLATFORMS.iter().map(|platform| same(platform)).collect();
    let mut world = World::new();
    world.push_platforms("acme/data:1", &images.iter().collect::<Vec<_>>());
    let crawled = Crawled::new(world);
    let stats = stats(&crawled);
    assert_eq!((&stats["images"], &stats["manifests"], &stats["trie_nodes"]), (&8.into(), &9.into(), &1.into()));
    for (platform, image) in PLATFORMS.iter().zip(&images) {
        let app = on(image, "make app");
        let name = format!("acme/{}:1", platform.replace('/', "-"));
        crawled.server.world(|world| world.push(&name, &app));
        let answer = crawled.ask(&format!("docker://{}/{name}", crawled.server.host()));
        let parent = &answer["parent"];
        // arm64 is arm64/v8.
        assert!(parent["platform"].as_str().is_some_and(|known| known.starts_with(platform)), "{platform}: {parent}");
        assert_eq!(parent["reference"], "docker.io/acme/data:1");
        assert_eq!(parent["manifest_digest"], image.manifest_digest.to_string(), "the manifest of its own platform");
    }
}

#[test]
fn m25_another_platforms_parent_is_not_dropped() {
    // A chain that both machines share: scripts and no binaries.
    let arm = ImageBuilder::scratch("linux/arm64").copy("scripts", "/").build();
    let layer = arm.layers.first().expect("a layer").clone();
    let amd = |seed: &str| ImageBuilder::scratch("linux/amd64").cached(&layer).copy(seed, "/");
    let twin = amd("scripts").build();
    let app = on(&twin, "make");
    check(world(&[("scripts:1", &arm)]), &app, "on scripts:1 exact, 1 layers, 1 added");
    let both = world(&[("scripts:1", &arm), ("someone/with-a-longer-name:1", &twin)]);
    let expected = "on someone/with-a-longer-name:1 exact, 1 layers, 1 added, platform first
                    equal scripts:1";
    check(both, &app, expected);
}

/// Data alone: every platform has the same layers and steps, so all are equal
/// but for the platform, which is said.
#[test]
fn p46_names_come_with_their_platforms() {
    let platforms = ["linux/amd64", "linux/arm64/v8", "linux/s390x", "linux/ppc64le"];
    let seed = |name: &str| LayerContent::Seed(name.to_owned());
    let data = platforms.map(|platform| ImageBuilder::scratch(platform).content(seed("d")).copy("d", "/d").build());
    let kids = data.each_ref().map(|data| ImageBuilder::from(data).content(seed("k")).copy("k", "/k").build());
    let mut world = World::new();
    world.push_platforms("acme/data:1", &data.iter().collect::<Vec<_>>());
    world.push_platforms("acme/kid:1", &kids.iter().collect::<Vec<_>>());
    let crawled = Crawled::new(world);
    let others = ["linux/arm64/v8", "linux/ppc64le", "linux/s390x"];
    let told = |list: &serde_json::Value| -> Vec<(String, String)> {
        let text = |entry: &serde_json::Value, key: &str| entry[key].as_str().unwrap_or("-").to_owned();
        let mut told: Vec<_> = list
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| (text(entry, "reference"), text(entry, "platform")))
            .collect();
        told.sort_unstable();
        told
    };
    let expected = |name: &str| -> Vec<(String, String)> {
        others.iter().map(|platform| (name.to_owned(), (*platform).to_owned())).collect()
    };
    let base = crawled.ask("acme/data:1");
    assert_eq!(told(&base["identical"]), expected("docker.io/acme/data:1"));
    let kid = crawled.ask("acme/kid:1");
    assert_eq!(kid["parent"]["platform"], "linux/amd64");
    assert_eq!(told(&kid["identical"]), expected("docker.io/acme/kid:1"));
    assert_eq!(told(&kid["equal_images"]), expected("docker.io/acme/data:1"));
    assert_eq!(kid["equal_candidates"], serde_json::json!([]));
    let text = crawled.text("acme/kid:1", &["--no-trunc"]);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.contains("docker.io/")).collect();
    let once: std::collections::BTreeSet<&str> = lines.iter().copied().collect();
    assert_eq!(once.len(), lines.len(), "{text}");
    let equal = lines.iter().find(|line| line.starts_with("equally likely")).expect("equal candidates");
    assert!(
        equal.contains("docker.io/acme/data:1 for linux/") && equal.ends_with("; this one is for the same platform"),
        "{equal}"
    );
    let same = lines
        .iter()
        .find(|line| line.starts_with("docker.io/acme/kid:1   same steps, another config"))
        .expect("identical");
    assert!(others.iter().all(|platform| same.contains(platform) && equal.contains(platform)), "{text}");
}
