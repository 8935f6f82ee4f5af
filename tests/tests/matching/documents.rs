//! Documents that are not as the specification has them, and entries that are no
//! images: crawled, live and from folders.

use forebear_image::ManifestDigest;
use forebear_image::media_type::{OCI_INDEX, OCI_MANIFEST};
use forebear_testkit::{Format, Image, ImageBuilder, Index, World};
use forebear_tests::{Data, forms};
use serde_json::{Value, json};

use super::asked::{Crawled, on, rootfs, world};

/// Asks about a name that was crawled, and live: both must answer alike.
#[track_caller]
fn both(crawled: &Crawled, name: &str, arguments: &[&str], check: impl Fn(&Value)) {
    let live = format!("docker://{}/{name}", crawled.server.host());
    for image in [name, &live] {
        let arguments = [&["parent", image, "--format", "json"], arguments].concat();
        check(&crawled.data.query(&arguments).json());
    }
}

/// The same of what is no answer: what is told on stderr, without the name.
#[track_caller]
fn refused(crawled: &Crawled, name: &str, arguments: &[&str], expected: &str) {
    let live = format!("docker://{}/{name}", crawled.server.host());
    for image in [name, &live] {
        let ran = crawled.data.query(&[&["parent", image], arguments].concat()).expect_code(2);
        assert!(ran.stderr.contains(expected), "{image}: {}", ran.stderr);
    }
}

#[track_caller]
fn is_on(answer: &Value, reference: &str, platform: &str) {
    let told = (&answer["parent"]["reference"], &answer["image"]["platform"]);
    assert_eq!(told, (&json!(reference), &json!(platform)), "{answer}");
}

/// A child whose config says `key` in this place.
fn with_config(base: &Image, command: &str, change: impl FnOnce(&mut Value)) -> Image {
    let child = on(base, command);
    let mut config: Value = serde_json::from_slice(&child.config).expect("a config");
    change(&mut config);
    ImageBuilder::copy_of(&child).raw_config(config.to_string().as_bytes()).build()
}

/// P10: `rootfS`, as in the Windows bases of mcr.microsoft.com.
#[test]
fn p10_root_fs_in_another_spelling() {
    let base = rootfs("base");
    let child = with_config(&base, "make", |config| {
        let config = config.as_object_mut().expect("an object");
        let rootfs = config.remove("rootfs").expect("diff_ids");
        config.insert("rootfS".to_owned(), rootfs);
    });
    Crawled::new(world(&[("base:1", &base)])).check(&child, "on base:1 exact, 1 layers, 1 added");
}

/// P38: an odd field costs that field, is no failure, and is told wherever the
/// image is asked about.
#[test]
fn p38_an_odd_field_is_told() {
    let base = rootfs("base");
    let child = with_config(&base, "make", |config| config["config"]["Labels"] = json!(["a"]));
    let unread = with_config(&base, "make more", |config| config["history"] = json!("none"));
    let mut world = world(&[("base:1", &base)]);
    world.push("acme/app:1", &child);
    world.push("acme/app:2", &unread);
    let crawled = Crawled::new(world);
    let host = crawled.server.host();
    let folder = Data::new();
    forms::write_dir(&child, folder.path());
    let live = format!("docker://{host}/acme/app:1");
    for image in ["acme/app:1", &live, &format!("dir:{}", folder.path().display())] {
        let ran = crawled.data.query(&["parent", image]).expect_code(0);
        let told = "in its config, config.Labels is a list, and is left out";
        assert!(ran.stderr.contains(told), "{image}: {}", ran.stderr);
        assert!(ran.stdout.contains("history agrees"), "{image}: {}", ran.stdout);
    }
    // P222: where the history cannot be read, layers alone.
    both(&crawled, "acme/app:2", &[], |answer| {
        is_on(answer, "docker.io/library/base:1", "linux/amd64");
        let parent = &answer["parent"];
        assert_eq!((&parent["evidence"], &parent["agreement"]), (&"layers".into(), &"unread".into()), "{answer}");
        assert_eq!(answer["image"]["config_digest"], unread.config_digest.to_string());
    });
    // P223: a crawl says so once, and is not the worse for it.
    let data = Data::new();
    let arguments = ["run", "--registry", &host, "--name-as", "docker.io", "--format", "json"];
    let report = data.crawl(&arguments).expect_code(0).json();
    assert_eq!((&report["images_new"], &report["failures"]), (&3.into(), &json!({})), "{report}");
    let warnings = report["warnings"].as_array().expect("a list");
    let told: Vec<&str> = warnings.iter().filter_map(|warning| warning["message"].as_str()).collect();
    assert_eq!(warnings.len(), 2, "{report}");
    assert!(warnings.iter().all(|warning| warning["kind"] == "odd_field"), "{report}");
    assert!(told.contains(&"config.Labels is a list, and is left out"), "{report}");
    assert!(told.contains(&"history is the text \"none\", and is left out"), "{report}");
}

/// P37: null beside a base's name.
#[test]
fn p37_null_among_annotations() {
    let base = rootfs("base");
    let annotations = json!({"a": null, "org.opencontainers.image.base.name": "base:1"});
    let child = ImageBuilder::from(&base).run("make").manifest_field("annotations", annotations).build();
    let mut world = world(&[("base:1", &base)]);
    world.push("acme/app:1", &child);
    both(&Crawled::new(world), "acme/app:1", &[], |answer| {
        is_on(answer, "docker.io/library/base:1", "linux/amd64");
        assert_eq!(answer["declared"][0]["verdict"], "agrees", "{answer}");
    });
}

/// An entry of an index, of this platform or none.
fn entry(image: &Image, platform: &Value) -> Value {
    let mut entry = json!({
        "mediaType": image.media_type, "digest": image.manifest_digest.to_string(), "size": image.manifest.len(),
    });
    if !platform.is_null() {
        entry["platform"] = platform.clone();
    }
    entry
}

/// Pushes an index of these entries, and their images.
fn push_index(world: &mut World, name: &str, entries: &[(&Image, Value)]) {
    let (repository, _) = name.split_once(':').expect("a tag");
    let mut index = Index::new(Format::Oci);
    for (image, platform) in entries {
        world.push_untagged(repository, image);
        index = index.raw_entry(entry(image, platform));
    }
    world.push_built_index(name, &index);
}

/// P19: entries without a platform; the configs tell.
#[test]
fn p19_entries_without_platforms() {
    let bases =
        ["linux/amd64", "linux/arm64"].map(|platform| ImageBuilder::scratch(platform).add_rootfs("base").build());
    let [amd, arm] = bases.each_ref().map(|base| on(base, "make"));
    let mut world = World::new();
    world.push_platforms("library/base:1", &bases.each_ref());
    push_index(&mut world, "acme/app:1", &[(&arm, Value::Null), (&amd, Value::Null)]);
    push_index(
        &mut world,
        "acme/app:2",
        &[(&arm, json!({"os": "linux", "architecture": "arm64"})), (&amd, Value::Null)],
    );
    let crawled = Crawled::new(world);
    for name in ["acme/app:1", "acme/app:2"] {
        for (arguments, image) in
            [(&[][..], &amd), (&["--platform", "linux/amd64"][..], &amd), (&["--platform", "linux/arm64"][..], &arm)]
        {
            both(&crawled, name, arguments, |answer| {
                is_on(answer, "docker.io/library/base:1", &image.platform.to_string());
                assert_eq!(answer["image"]["manifest_digest"], image.manifest_digest.to_string());
            });
        }
        let offers = "has no image for linux/s390x; it offers linux/arm64, linux/amd64";
        refused(&crawled, name, &["--platform", "linux/s390x"], offers);
    }
}

/// P21: an entry that leaves out the variant, or the Windows build.
#[test]
fn p21_the_config_fills_in_what_the_entry_leaves_out() {
    let image = |platform: &str| ImageBuilder::scratch(platform).add_rootfs(platform).build();
    let [six, amd, win] = ["linux/arm/v6", "linux/amd64", "windows/amd64:10.0.17763.1"].map(image);
    let platform = |os: &str, architecture: &str| json!({"os": os, "architecture": architecture});
    let mut world = World::new();
    push_index(&mut world, "acme/app:1", &[(&six, platform("linux", "arm")), (&amd, platform("linux", "amd64"))]);
    push_index(&mut world, "acme/win:1", &[(&win, platform("windows", "amd64")), (&amd, platform("linux", "amd64"))]);
    let crawled = Crawled::new(world);
    for wanted in ["linux/arm/v6", "linux/arm/v7", "linux/arm"] {
        both(&crawled, "acme/app:1", &["--platform", wanted], |answer| {
            assert_eq!(answer["image"]["platform"], "linux/arm/v6", "{wanted}: {answer}");
        });
    }
    for wanted in ["windows/amd64", "windows/amd64:10.0.17763"] {
        both(&crawled, "acme/win:1", &["--platform", wanted], |answer| {
            assert_eq!(answer["image"]["platform"], "windows/amd64:10.0.17763.1", "{wanted}: {answer}");
        });
    }
    refused(&crawled, "acme/app:1", &["--platform", "linux/arm/v5"], "it offers linux/arm/v6, linux/amd64");
    // P224: a crawl of one variant asks what the entry leaves open.
    for (wanted, images, others) in [("linux/arm/v6", 1, 0), ("linux/arm/v7", 0, 1)] {
        let data = Data::new();
        let arguments = ["--registry", &crawled.server.host(), "--repo", "acme/app", "--platform", wanted];
        // Nothing of what is selected was there.
        let code = if images == 0 { 3 } else { 0 };
        let report = data.crawl(&[&["run", "--format", "json"], &arguments[..]].concat()).expect_code(code).json();
        assert_eq!((&report["images_new"], &report["other_platform"]), (&images.into(), &others.into()), "{report}");
    }
}

const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const SBOM: &str = "application/spdx+json";

fn artifact(artifact_type: &str) -> String {
    let blob = |media_type: &str, bytes: &[u8]| json!({"mediaType": media_type, "digest": forebear_image::Digest::sha256(bytes).to_string(), "size": bytes.len()});
    json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": artifact_type,
        "config": blob("application/vnd.oci.empty.v1+json", b"{}"), "layers": [blob(artifact_type, artifact_type.as_bytes())],
    })
    .to_string()
}

/// P50: a referrers fallback tag, and an artifact in an image's clothes.
#[test]
fn p50_lists_of_artifacts_are_set_aside() {
    let base = rootfs("base");
    let mut world = world(&[("base:1", &base)]);
    let artifacts = [BUNDLE, SBOM].map(|own| (own, artifact(own)));
    let tag = format!("acme/app:sha256-{}", base.manifest_digest.0.hex());
    let mut list = Index::new(Format::Oci);
    for (own, bytes) in &artifacts {
        let digest = ManifestDigest::of(bytes.as_bytes());
        list = list.raw_entry(
            json!({"mediaType": OCI_MANIFEST, "digest": digest.to_string(), "size": 2, "artifactType": own}),
        );
    }
    world.push_built_index(&tag, &list);
    world.push_raw("acme/app:sbom", OCI_MANIFEST, artifacts[1].1.as_bytes());
    let clothed = ImageBuilder::from(&base).run("x").manifest_field("artifactType", json!("a/rules")).build();
    world.push("acme/app:rules", &clothed);
    let collection =
        json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "artifactType": "a/collection", "manifests": []});
    world.push_raw("acme/app:collection", OCI_INDEX, collection.to_string().as_bytes());
    let crawled = Crawled::new(world);

    refused(&crawled, &tag, &[], &format!("is no image but a list of 2 artifacts ({BUNDLE}, {SBOM})"));
    refused(&crawled, "acme/app:sbom", &[], &format!("is no image but {SBOM}"));
    refused(&crawled, "acme/app:rules", &[], "is no image but a/rules");
    refused(&crawled, "acme/app:collection", &[], "is no image but an empty list of artifacts (a/collection)");
    // One of the two lies under a tag too: it is asked for once, and counts once.
    let bundle = ManifestDigest::of(artifacts[0].1.as_bytes()).to_string();
    assert!(!crawled.server.requests().iter().any(|request| request.path.contains(&bundle)), "it is not asked for");
    let data = Data::new();
    let run = || {
        let arguments = ["run", "--registry", &crawled.server.host(), "--format", "json"];
        data.crawl(&arguments).expect_code(0).json()
    };
    let first = run();
    assert_eq!((&first["images_new"], &first["artifacts"]), (&1.into(), &3.into()), "{first}");
    let second = run();
    assert_eq!(
        (&second["artifacts"], &second["failures"], &second["unchanged"]),
        (&0.into(), &json!({}), &true.into())
    );
}

/// P53: the tag of a build cache. Its layers are asked for as nothing.
#[test]
fn p53_a_build_cache_is_set_aside() {
    let mut world = world(&[("base:1", &rootfs("base"))]);
    let config = "application/vnd.buildkit.cacheconfig.v0";
    let part = |media_type: &str| json!({"mediaType": media_type, "digest": forebear_image::Digest::sha256(media_type.as_bytes()).to_string(), "size": 3});
    let parts = [part("application/vnd.oci.image.layer.v1.tar+gzip"), part(config)];
    let cache = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": parts});
    world.push_raw("acme/app:buildcache", OCI_INDEX, cache.to_string().as_bytes());
    let crawled = Crawled::new(world);
    refused(&crawled, "acme/app:buildcache", &[], &format!("is no image but a build cache ({config})"));
    let asked = crawled.server.requests();
    let is_part =
        |path: &str| parts.iter().any(|part| part["digest"].as_str().is_some_and(|digest| path.contains(digest)));
    assert!(!asked.iter().any(|request| is_part(&request.path)), "its parts are not asked for");
}

/// P225: an entry of a type that is not known is left out, and that is told.
#[test]
fn p225_entries_of_an_unknown_type() {
    let base = rootfs("base");
    let unknown = json!({"mediaType": "application/x-new", "digest": base.config_digest.to_string(), "size": 2});
    let index = Index::new(Format::Oci).raw_entry(unknown).image(&base);
    let mut world = World::new();
    world.push_built_index("acme/app:1", &index);
    let crawled = Crawled::new(world);
    both(&crawled, "acme/app:1", &[], |answer| {
        assert_eq!(answer["image"]["manifest_digest"], base.manifest_digest.to_string(), "{answer}");
    });
    let data = Data::new();
    let report = data.crawl(&["run", "--registry", &crawled.server.host(), "--format", "json"]).expect_code(0).json();
    let told = "manifests has entries of an unknown type, which are left out: \"application/x-new\"";
    assert_eq!(report["warnings"][0]["message"], told, "{report}");
}

/// P226: a zstd twin beside the ordinary image, crawled and live.
#[test]
fn p226_a_twin_in_another_compression() {
    let base = rootfs("base");
    let plain = on(&base, "make");
    let twin = ImageBuilder::copy_of(&plain).layer_media_type("application/vnd.oci.image.layer.v1.tar+zstd").build();
    let platform = json!({"os": "linux", "architecture": "amd64"});
    let mut world = world(&[("base:1", &base)]);
    push_index(&mut world, "acme/app:1", &[(&twin, platform.clone()), (&plain, platform)]);
    both(&Crawled::new(world), "acme/app:1", &[], |answer| {
        assert_eq!(answer["image"]["manifest_digest"], plain.manifest_digest.to_string(), "{answer}");
    });
}
