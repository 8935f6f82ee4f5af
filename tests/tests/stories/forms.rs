//! S1 to S4 in every form of input and by every command: built on the spot,
//! crawled, and asked for by reference and from files.

use std::path::Path;

use forebear_testkit::real::{DockerRegistry, RegistryOptions};
use forebear_tests::buildah::Buildah;
use forebear_tests::served::Served;
use forebear_tests::{Data, Ran};
use serde_json::{Value, json};

use super::built::{file_name, workshop};
use super::{lines, references};

/// Image, its parent, and how many layers that has.
const STORIES: [(&str, &str, u64); 4] = [
    ("lizrice/childimage", "docker.io/lizrice/imagetest:latest", 1),
    ("cameron/my_test_image", "docker.io/library/ubuntu:15.04", 4),
    ("dyego/snake-game", "docker.io/library/golang:alpine", 5),
    ("august/foobar", "docker.io/library/alpine:3.3", 1),
];
const COMMANDS: [&str; 5] = ["parent", "lineage", "layers", "dockerfile", "children"];

/// Builds and pushes all images of the stories, and crawls them.
fn made() -> Option<(Buildah, Served)> {
    let (buildah, registry) = workshop()?;
    buildah.program("rootfs/sbin/ldconfig", "/sbin/ldconfig");
    for number in 1..=9 {
        buildah.file(&file_name(number), format!("layer {number}\n").as_bytes());
    }
    let copies = |from: usize, to: usize| -> String {
        (from..=to).map(|number| format!("COPY {} /srv/\n", file_name(number))).collect()
    };
    let (alpine, ubuntu) = ("docker.io/library/alpine:3.3", "docker.io/library/ubuntu:15.04");
    let (golang, imagetest) = ("docker.io/library/golang:alpine", "docker.io/lizrice/imagetest");
    let maintainer = "MAINTAINER liz@lizrice.com\n";
    for (image, dockerfile) in [
        (alpine, "FROM scratch\nADD rootfs /\n".to_owned()),
        (imagetest, format!("FROM {alpine}\n{maintainer}")),
        ("docker.io/lizrice/childimage", format!("FROM {imagetest}\n{maintainer}LABEL description='A child'\n")),
        (ubuntu, format!("FROM scratch\nADD rootfs /\n{}CMD [\"/bin/bash\"]\n", copies(1, 3))),
        ("docker.io/cameron/my_test_image", format!("FROM {ubuntu}\nCOPY app.py /app/\nCMD python /app/app.py\n")),
        (golang, format!("FROM {alpine}\nENV GOPATH=/go\n{}WORKDIR /go\n", copies(1, 4))),
        ("docker.io/dyego/snake-game", format!("FROM {golang}\n{}CMD [\"/srv/snake\"]\n", copies(5, 9))),
        ("docker.io/august/foobar", format!("FROM {alpine}\nRUN [\"/sbin/ldconfig\", \"-v\"]\n")),
    ] {
        buildah.build(image, &dockerfile);
        buildah.push(image, &image.replace("docker.io", &registry.host()));
    }
    Some((buildah, Served::crawl(registry, &[])))
}

/// What must be equal whatever form an image is read from.
fn essence(command: &str, answer: &Value) -> Value {
    let parent = &answer["parent"];
    let column = |list: &Value, path: &str| -> Vec<Value> {
        list.as_array().unwrap().iter().map(|value| value.pointer(path).cloned().unwrap_or_default()).collect()
    };
    match command {
        "parent" => json!([
            parent["reference"],
            parent["layers"],
            parent["evidence"],
            parent["agreement"],
            lines(&answer["steps"]),
            column(&answer["steps"], "/created_by"),
        ]),
        "lineage" => json!(references(&answer["ancestors"])),
        "layers" => {
            json!(["/diff_id", "/from", "/step/dockerfile"].map(|path| column(&answer["layers"], path)))
        }
        "dockerfile" => answer["dockerfile"].clone(),
        _ => json!([answer["total"], references(&answer["children"])]),
    }
}

/// A config as `docker image inspect` would show it, and a manifest, in files.
fn documents(folder: &Path, name: &str) -> [String; 2] {
    let manifest = folder.join("manifest.json");
    let (config, id) = config_of(folder);
    let inspected = json!([{
        "Id": id, "RepoTags": [format!("{name}:latest")], "Os": config["os"], "Architecture": config["architecture"],
        "Created": config["created"], "Author": config["author"], "Config": config["config"],
        "RootFS": { "Type": "layers", "Layers": config["rootfs"]["diff_ids"] },
    }]);
    let inspect = folder.join("inspect.json");
    std::fs::write(&inspect, inspected.to_string()).unwrap();
    [format!("inspect:{}", inspect.display()), format!("manifest:{}", manifest.display())]
}

/// The config of a `dir:` folder, and its digest.
fn config_of(folder: &Path) -> (Value, String) {
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let id = manifest["config"]["digest"].as_str().unwrap().to_owned();
    let config = std::fs::read(folder.join(id.trim_start_matches("sha256:"))).unwrap();
    (serde_json::from_slice(&config).unwrap(), id)
}

/// All images in one archive, as `docker save` writes it since version 25: an
/// OCI layout with the list of old beside it.
fn saved_together(folders: &[(String, std::path::PathBuf)], to: &Path) {
    let mut tar = tar::Builder::new(std::fs::File::create(to).unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes).unwrap();
    };
    let (mut list, mut entries) = (Vec::new(), Vec::new());
    for (name, folder) in folders {
        let manifest = std::fs::read(folder.join("manifest.json")).unwrap();
        let digest = forebear_image::Digest::sha256(&manifest);
        let (config, id) = config_of(folder);
        let hex = id.trim_start_matches("sha256:");
        let layer = |id: &Value| json!(format!("blobs/sha256/{}", id.as_str().unwrap().trim_start_matches("sha256:")));
        let layers: Vec<Value> = config["rootfs"]["diff_ids"].as_array().unwrap().iter().map(layer).collect();
        add(&format!("blobs/sha256/{}", digest.hex()), &manifest);
        add(&format!("blobs/sha256/{hex}"), &std::fs::read(folder.join(hex)).unwrap());
        list.push(json!({ "Config": format!("blobs/sha256/{hex}"), "RepoTags": [format!("{name}:latest")], "Layers": layers }));
        let annotations = json!({ "io.containerd.image.name": format!("docker.io/{name}:latest") });
        entries.push(json!({ "digest": digest.to_string(), "size": manifest.len(), "annotations": annotations }));
    }
    add("index.json", json!({ "schemaVersion": 2, "manifests": entries }).to_string().as_bytes());
    add("manifest.json", json!(list).to_string().as_bytes());
    add("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    tar.finish().unwrap();
}

fn query(data: &Data, command: &str, image: &str) -> Ran {
    data.query(&[command, image, "--format", "json"])
}

#[test]
fn s1_s2_s3_s4_every_form_and_every_command() {
    let Some((buildah, served)) = made() else { return };
    // Among bases of the same layers, what carries no history cannot choose.
    let official = Served::data_of(&served.registry, &["--repo", "library/*"]);
    let with_imagetest = Served::data_of(&served.registry, &["--repo", "library/*", "--repo", "lizrice/imagetest"]);
    let at = |name: &str, form: &str| buildah.path(&format!("{}-{form}", name.replace('/', "-")));
    let mut folders = Vec::new();
    let images = STORIES.map(|(image, ..)| image);
    for name in images.into_iter().chain(["lizrice/imagetest"]) {
        let from = served.live(name);
        buildah.copy(&[&from, &format!("dir:{}", at(name, "dir").display())]);
        buildah.copy(&[&from, &format!("oci:{}:v1", at(name, "oci").display())]);
        buildah.copy(&[&from, &format!("oci-archive:{}:v1", at(name, "oci.tar").display())]);
        buildah.copy(&[&from, &format!("docker-archive:{}:{name}:latest", at(name, "old.tar").display())]);
        let old = std::fs::read(at(name, "old.tar")).unwrap();
        std::fs::write(at(name, "old.tar.zst"), zstd::encode_all(old.as_slice(), 1).unwrap()).unwrap();
        folders.push((name.to_owned(), at(name, "dir")));
    }
    let together = buildah.path("together.tar");
    saved_together(&folders, &together);
    let together = together.display();
    for (number, (name, folder)) in folders.iter().enumerate() {
        let [inspect, manifest] = documents(folder, name);
        let forms = [
            served.live(name),
            format!("dir:{}", folder.display()),
            format!("oci:{}:v1", at(name, "oci").display()),
            format!("oci-archive:{}", at(name, "oci.tar").display()),
            format!("docker-archive:{}", at(name, "old.tar").display()),
            format!("docker-archive:{}:{name}", at(name, "old.tar.zst").display()),
            format!("docker-archive:{together}:{name}:latest"),
            format!("docker-archive:{together}:@{number}"),
            format!("oci-archive:{together}:docker.io/{name}:latest"),
            inspect,
            manifest,
        ];
        for form in &forms {
            for command in COMMANDS {
                let (by_name, by_form) = (query(&served.data, command, name), query(&served.data, command, form));
                assert_eq!(by_form.code, by_name.code, "{command} {form}: {}", by_form.stderr);
                let (expected, got) = (essence(command, &by_name.json()), essence(command, &by_form.json()));
                assert_eq!(got, expected, "{command} {form}");
            }
            // Converted to OCI's format it has another config, of the same build.
            let diff = served.data.query(&["diff", name, form, "--format", "json"]).expect_code(0).json();
            assert!(["same-image", "same-build"].contains(&diff["verdict"].as_str().unwrap()), "{form}: {diff}");
            assert_eq!(diff["config"], json!([]), "{form}");
        }
        if let Some((_, parent, layers)) = STORIES.iter().find(|(image, ..)| image == name) {
            let bases = if parent.contains("imagetest") { &with_imagetest } else { &official };
            for form in &forms {
                check_uncrawled(bases, form, parent, *layers);
            }
        }
    }
    let several = query(&served.data, "parent", &format!("docker-archive:{together}")).expect_code(2);
    assert!(several.stderr.contains("choose one") && several.stderr.contains("lizrice/childimage"), "{several:?}");
}

/// An image that only the asker has. What carries no history speaks by its
/// layers alone, and then a child without layers of its own is no child.
#[track_caller]
fn check_uncrawled(bases: &Data, form: &str, parent: &str, layers: u64) {
    let has_history = !form.starts_with("inspect:") && !form.starts_with("manifest:");
    let metadata_only = parent.contains("imagetest");
    let found = has_history || !metadata_only;
    let answer = query(bases, "parent", form).expect_code(if found { 0 } else { 1 }).json();
    if found {
        let (evidence, agreement) = match (has_history, metadata_only) {
            (true, true) => ("history", "exact"),
            (true, false) => ("layers+history", "exact"),
            (false, _) => ("layers", "unread"),
        };
        let got = &answer["parent"];
        assert_eq!((&got["reference"], &got["layers"]), (&json!(parent), &json!(layers)), "{form}");
        assert_eq!((&got["evidence"], &got["agreement"]), (&json!(evidence), &json!(agreement)), "{form}");
    } else {
        let identical = references(&answer["identical"]);
        assert!(identical.contains(&parent), "{form}: {answer}");
    }
    let lineage = query(bases, "lineage", form).expect_code(if found { 0 } else { 1 }).json();
    assert_eq!(references(&lineage["ancestors"]).first().copied(), found.then_some(parent), "{form}");
    _ = query(bases, "dockerfile", form).expect_code(if found { 0 } else { 1 });
    _ = query(bases, "layers", form).expect_code(0);
    assert_eq!(query(bases, "children", form).expect_code(1).json()["total"], 0, "{form}");
    let diff = bases.query(&["diff", parent, form, "--format", "json"]).expect_code(1).json();
    assert_eq!(diff["same_layers"], layers, "{form}");
    assert!(!has_history || diff["verdict"] == "a-is-ancestor", "{form}: {diff}");
}

/// A registry that has nothing but signed schema 1, pushed by a tool of today.
/// The images are Docker Engine's: a config of buildah's has no
/// `container_config`, so schema 1 made from it has no text for the top step.
#[test]
fn s1_s4_h10_a_live_registry_of_schema_1() {
    let Some(buildah) = Buildah::new() else { return };
    let Some(served) = Served::crawled("stories/stories.storage.tar.zst", &[]) else { return };
    let options = RegistryOptions { schema1: true, ..RegistryOptions::default() };
    let Some(old) = DockerRegistry::start_empty(options) else { return };
    for name in ["library/alpine:3.3", "lizrice/imagetest", "lizrice/sameimage", "lizrice/childimage", "august/foobar"]
    {
        buildah.copy(&["--format", "v2s1", &served.live(name), &format!("docker://{}/{name}", old.host())]);
    }
    let crawled = Served::crawl(old, &[]);
    let report = &crawled.report;
    assert_eq!((&report["images_new"], &report["requests"]["config"]), (&json!(5), &json!(0)), "{report}");
    for (image, parent, added) in [
        ("lizrice/childimage", Some("docker.io/lizrice/imagetest:latest"), 2),
        ("lizrice/imagetest", Some("docker.io/library/alpine:3.3"), 1),
        ("august/foobar", Some("docker.io/library/alpine:3.3"), 1),
        ("library/alpine:3.3", None, 1),
    ] {
        let code = if parent.is_some() { 0 } else { 1 };
        let expected = query(&served.data, "parent", image).expect_code(code).json();
        let live = crawled.live(image);
        // An index of schema 1, the registry itself, and that beside an index of schema 2.
        for (data, asked) in [(&crawled.data, image), (&crawled.data, &live), (&served.data, &live)] {
            let answer = query(data, "parent", asked).expect_code(code).json();
            assert_eq!(essence("parent", &answer), essence("parent", &expected), "{asked}");
            assert_eq!(answer["parent"]["reference"], json!(parent), "{asked}");
            assert_eq!(lines(&answer["steps"]).len(), added, "{asked}");
            for command in ["lineage", "dockerfile", "children"] {
                let (got, expected) = (query(data, command, asked), query(&served.data, command, image));
                assert_eq!(got.code, expected.code, "{command} {asked}");
                if command != "dockerfile" {
                    assert_eq!(essence(command, &got.json()), essence(command, &expected.json()), "{command} {asked}");
                }
            }
            let from =
                |data: &Data, image: &str| query(data, "layers", image).json()["layers"].as_array().map(Vec::len);
            assert_eq!(from(data, asked), from(&served.data, image), "{asked}");
            let diff = data.query(&["diff", image, asked, "--format", "json"]).expect_code(0).json();
            assert!(["same-image", "same-build"].contains(&diff["verdict"].as_str().unwrap()), "{asked}: {diff}");
        }
    }
}
