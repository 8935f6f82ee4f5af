//! Sizes and depths.

use forebear_image::ManifestDigest;
use forebear_image::media_type::{OCI_INDEX, OCI_MANIFEST};
use forebear_testkit::{History, Image, ImageBuilder, Server, World};
use forebear_tests::Data;
use forebear_tests::forms::{write_dir, write_layout};
use serde_json::{Value, json};

use super::assert_refused;

/// The first `count` of some steps that no two images share by chance, about
/// a hundred bytes each.
fn steps(count: usize) -> Vec<Value> {
    let step = |at: usize| {
        let time = format!("2024-01-01T{:02}:{:02}:{:02}Z", at / 3600 % 24, at / 60 % 60, at % 60);
        json!({ "created": time, "created_by": format!("LABEL package.{at:06}=1.0.0-r{at:06}"), "empty_layer": true })
    };
    (0..count).map(step).collect()
}

/// With a label as long as some write: a whole bill of materials.
fn long(name: &str, layers: usize, count: usize) -> Image {
    let image = ImageBuilder::scratch("linux/amd64").unrecorded_layer("base");
    let image = (1..layers).fold(image, |image, at| image.unrecorded_layer(&format!("{name} {at}")));
    let image = image.setting("Labels", json!({ "sbom": "x".repeat(9_000_000) }));
    image.history(History::Raw(Value::Array(steps(count)))).build()
}

#[test]
fn a_history_of_20_000_steps_and_a_config_of_10_mb_in_every_form() {
    let (base, child) = (long("base", 1, 10_000), long("child", 2, 20_000));
    assert!((10_000_000..16 * 1024 * 1024).contains(&child.config.len()), "{}", child.config.len());
    let mut world = World::new();
    world.push("library/base:1", &base);
    world.push("acme/child:1", &child);
    let server = Server::start(world);
    let data = Data::new();
    let report = data.crawl_hub(&server.host(), &["--format", "json"]).json();
    assert_eq!(report["images_new"], 2, "{report}");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_dir(&child, &at("dir"));
    write_layout(&child.manifest, &[&child.config], &at("oci"));
    for image in [
        "acme/child:1".to_owned(),
        format!("docker://{}/acme/child:1", server.host()),
        format!("dir:{}", at("dir").display()),
        format!("oci:{}", at("oci").display()),
    ] {
        let answer = data.query(&["parent", &image, "--format", "json"]).expect_code(0).json();
        let parent = &answer["parent"];
        assert_eq!(parent["reference"], "docker.io/library/base:1", "{image}");
        assert_eq!((&parent["agreement"], &parent["steps"]), (&json!("exact"), &json!(10_000)), "{image}");
        assert_eq!(answer["steps"].as_array().map(Vec::len), Some(10_001), "{image}");
        let text = data.query(&["parent", &image]).expect_code(0).stdout;
        assert!(text.lines().count() > 10_000, "{image}");
        let dockerfile = data.query(&["dockerfile", &image]).expect_code(0).stdout;
        assert!(dockerfile.contains("package.019999"), "{image}");
        for command in ["lineage", "layers"] {
            _ = data.query(&[command, &image]).expect_code(0);
        }
        let diff = data.query(&["diff", "library/base:1", &image, "--format", "json"]).expect_code(1).json();
        assert_eq!((&diff["verdict"], &diff["common_steps"]), (&json!("a-is-ancestor"), &json!(10_000)), "{image}");
    }
}

#[test]
fn r22_a_config_beyond_the_cap_is_refused_by_name() {
    let padding = " ".repeat(16 * 1024 * 1024);
    let good = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let config = [std::str::from_utf8(&good.config).unwrap(), &padding].concat();
    let huge = ImageBuilder::copy_of(&good).raw_config(config.as_bytes()).build();
    let mut world = World::new();
    world.push("library/base:1", &good);
    world.push("acme/huge:1", &huge);
    let server = Server::start(world);
    let data = Data::new();
    let report = data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io", "--format", "json"]);
    let report = report.expect_code(3).json();
    assert_eq!((&report["failures"], &report["images_new"]), (&json!({ "too_large": 1 }), &json!(1)));
    let folder = tempfile::tempdir().unwrap();
    write_dir(&huge, folder.path());
    for image in [format!("docker://{}/acme/huge:1", server.host()), format!("dir:{}", folder.path().display())] {
        assert_refused(&data.query(&["parent", &image]), &["16777216"]);
    }
}

/// Indexes inside indexes, the outermost last; at the bottom a manifest.
fn nested(image: &Image, depth: usize) -> Vec<Vec<u8>> {
    let mut documents = vec![image.manifest.to_vec()];
    for at in 0..depth {
        let inner = documents.last().unwrap();
        let (digest, media_type) = (ManifestDigest::of(inner), if at == 0 { OCI_MANIFEST } else { OCI_INDEX });
        let entry = json!({ "mediaType": media_type, "digest": digest.to_string(), "size": inner.len() });
        let index = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry] });
        documents.push(index.to_string().into_bytes());
    }
    documents
}

#[test]
fn r18_a_thousand_indexes_inside_each_other() {
    let image = ImageBuilder::scratch("linux/amd64").add_rootfs("base").build();
    let folder = tempfile::tempdir().unwrap();
    for (depth, found) in [(3, true), (1_000, false)] {
        let documents = nested(&image, depth);
        let mut world = World::new();
        world.push("library/base:1", &image);
        _ = world.push_untagged("acme/nested", &image);
        for bytes in documents.iter().skip(1) {
            _ = world.push_raw("acme/nested:1", OCI_INDEX, bytes);
        }
        let server = Server::start(world);
        let data = Data::new();
        let report = data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io", "--format", "json"]);
        let report = report.expect_code(0).json();
        let warned: Vec<&str> =
            report["warnings"].as_array().unwrap().iter().filter_map(|warning| warning["kind"].as_str()).collect();
        assert_eq!(warned, if found { vec![] } else { vec!["nesting"] }, "{report}");
        assert!(server.requests().len() < 30, "{}", server.requests().len());
        server.clear_requests();

        let at = |name: &str| folder.path().join(format!("{name}-{depth}"));
        let (top, others) = documents.split_last().unwrap();
        let others: Vec<&[u8]> = others.iter().map(Vec::as_slice).chain([&*image.config]).collect();
        write_layout(top, &others, &at("oci"));
        write_dir(&image, &at("dir"));
        for bytes in &others {
            let name = format!("{}.manifest.json", ManifestDigest::of(bytes).0.hex());
            std::fs::write(at("dir").join(name), bytes).unwrap();
        }
        std::fs::write(at("dir").join("manifest.json"), top).unwrap();
        for form in [
            format!("docker://{}/acme/nested:1", server.host()),
            format!("oci:{}", at("oci").display()),
            format!("dir:{}", at("dir").display()),
        ] {
            let ran = data.query(&["parent", &form, "--format", "json"]);
            if found {
                let answer = ran.expect_code(1).json();
                assert_eq!(answer["image"]["config_digest"], image.config_digest.to_string(), "{form}");
            } else {
                assert_refused(&ran, &["an index inside 4 others"]);
            }
        }
        assert!(server.requests().len() < 10, "{}", server.requests().len());
    }
}

#[test]
fn a_manifest_of_100_000_layers_is_refused() {
    let layers = |count: usize| -> Vec<u8> {
        let digest = |at: usize| ManifestDigest::of(&at.to_le_bytes()).to_string();
        let layers: Vec<Value> = (0..count).map(|at| json!({ "digest": digest(at) })).collect();
        let config = json!({ "digest": digest(0), "mediaType": "application/vnd.oci.image.config.v1+json" });
        json!({ "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers }).to_string().into()
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("manifest.json");
    std::fs::write(&file, layers(100_000)).unwrap();
    let mut world = World::new();
    world.push("library/base:1", &ImageBuilder::scratch("linux/amd64").add_rootfs("base").build());
    // As many as fit into what is read of a manifest, and more.
    _ = world.push_raw("acme/layers:fit", OCI_MANIFEST, &layers(40_000));
    _ = world.push_raw("acme/layers:more", OCI_MANIFEST, &layers(100_000));
    let server = Server::start(world);
    let data = Data::new();
    let report = data.crawl(&["run", "--registry", &server.host(), "--name-as", "docker.io", "--format", "json"]);
    let report = report.expect_code(3).json();
    assert_eq!(report["failures"], json!({ "manifest": 1, "too_large": 1 }), "{report}");
    assert_refused(&data.query(&["parent", &format!("manifest:{}", file.display())]), &["layers: 100000", "2000"]);
    std::fs::write(folder.path().join("manifest.json"), layers(100_000)).unwrap();
    assert_refused(&data.query(&["parent", &format!("dir:{}", folder.path().display())]), &["layers: 100000"]);
    let live = |tag: &str| data.query(&["parent", &format!("docker://{}/acme/layers:{tag}", server.host())]);
    assert_refused(&live("fit"), &["layers: 40000"]);
    assert_refused(&live("more"), &["4194304"]);
}
