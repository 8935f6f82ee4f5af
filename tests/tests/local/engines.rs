//! `inspect:` of what Docker and podman print, of every version.

use forebear_testkit::{Image, ImageBuilder, World};
use serde_json::{Value, json};

use crate::shelf::{ALPINE, OCI_INDEX, OCI_MANIFEST, Shelf, alpine, described, on_alpine, steps};

/// `docker image inspect` of an image, its `Id` as the engine has it.
pub(crate) fn docker(image: &Image, id: &str) -> Value {
    let config: Value = serde_json::from_slice(&image.config).expect("a config");
    let diff_ids: Vec<String> = image.diff_ids().iter().map(ToString::to_string).collect();
    json!({"Id": id, "RepoTags": ["acme/app:1"], "RepoDigests": [], "Parent": "", "Comment": "buildkit.dockerfile.v0",
        "Created": "2024-01-01T00:00:00Z", "DockerVersion": "", "Author": "", "Architecture": "amd64", "Os": "linux",
        "Size": 1, "GraphDriver": {"Data": null, "Name": "overlayfs"}, "RootFS": {"Type": "layers", "Layers": diff_ids},
        "Metadata": {"LastTagTime": "2025-01-01T00:00:00Z"}, "Config": config["config"]})
}

/// Two bases of one layer that only their histories tell apart, and an image on
/// the second.
fn told_apart_by_history(world: &mut World) -> (Image, Vec<u8>) {
    let one = alpine();
    let two = ImageBuilder::from(&one).env("FLAVOUR", "two").build();
    let app = ImageBuilder::from(&two).copy("run", "/app/").build();
    _ = world.push("acme/one:1", &one);
    _ = world.push("acme/two:1", &two);
    let index = world.push_platforms("acme/app:1", &[&app]);
    let bytes = world.repository("acme/app").expect("pushed").manifests[&index.0].bytes.to_vec();
    (app, bytes)
}

#[test]
fn p06_ids_of_the_containerd_store() {
    let mut pushed = None;
    let shelf = Shelf::with(|world| pushed = Some(told_apart_by_history(world)));
    let (app, index) = pushed.expect("pushed");
    let crawled = shelf.ran("parent", "acme/app:1", &[]).expect_code(0).json();
    assert_eq!(crawled["parent"]["reference"], "docker.io/acme/two:1");
    let of_index = described(OCI_INDEX, &index);
    let of_manifest = described(OCI_MANIFEST, &app.manifest);
    let text = |value: &Value| value.as_str().expect("a digest").to_owned();
    let with = |id: &str, more: Value| {
        let mut inspected = docker(&app, id);
        let fields = inspected.as_object_mut().expect("an object");
        fields.extend(more.as_object().expect("an object").clone());
        json!([inspected])
    };
    let pulled = json!([format!("acme/app@{}", text(&of_index["digest"]))]);
    let config = app.config_digest.to_string();
    shelf.write_json("classic.json", &with(&config, json!({})));
    shelf.write_json(
        "c8d.json",
        &with(&text(&of_index["digest"]), json!({ "Descriptor": of_index, "RepoDigests": pulled })),
    );
    shelf.write_json("c8dm.json", &with(&text(&of_manifest["digest"]), json!({ "Descriptor": of_manifest })));
    // Docker 24 to 26 wrote no Descriptor.
    shelf.write_json("older.json", &with(&text(&of_index["digest"]), json!({ "RepoDigests": pulled })));
    // An engine that has the image under another Id, and knows where it was pulled.
    let other = json!({ "RepoDigests": pulled });
    shelf.write_json("other.json", &with(&format!("sha256:{}", "7".repeat(64)), other));
    for file in ["classic", "c8d", "c8dm", "older", "other"] {
        let form = shelf.form("inspect", &format!("{file}.json"));
        let answer = shelf.ran("parent", &form, &[]).expect_code(0).json();
        for field in ["parent", "steps", "shares_layers_with", "equal_candidates"] {
            assert_eq!(answer[field], crawled[field], "{file}: {field}");
        }
        assert_eq!(answer["image"]["config_digest"], config, "{file}");
        assert_eq!(
            answer["identical"][0],
            json!({"reference": "docker.io/acme/app:1", "relation": "same-image", "platform": "linux/amd64"}),
            "{file}"
        );
        let dockerfile = shelf.ran("dockerfile", &form, &[]).expect_code(0).json();
        assert_eq!(steps(&dockerfile), steps(&crawled), "{file}");
    }
    // A digest of the index with other layers beside it: not that image.
    let mut forged = with(&config, json!({}));
    forged[0]["RootFS"]["Layers"][1] = json!(format!("sha256:{}", "8".repeat(64)));
    shelf.write_json("forged.json", &forged);
    let answer = shelf.ran("parent", &shelf.form("inspect", "forged.json"), &[]).json();
    assert_eq!(answer["image"]["names"], json!([]), "{answer}");
}

#[test]
fn p07_docker_shows_no_layers() {
    let app = on_alpine("run");
    let shelf = Shelf::with(|world| _ = world.push("acme/app:1", &app));
    let digest = app.manifest_digest.to_string();
    let pulled = format!("acme/app@{digest}");
    let descriptor = described(OCI_MANIFEST, &app.manifest);
    let bare =
        json!({"Id": digest, "RepoTags": ["acme/app:1"], "RepoDigests": [pulled], "Size": 0, "Descriptor": descriptor});
    let mut incomplete = bare.clone();
    let more = json!({"Comment": "", "Created": "", "Author": "", "Architecture": "", "Os": "", "RootFS": {},
        "GraphDriver": {"Data": null, "Name": "overlayfs"}});
    incomplete.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    shelf.write_json("incomplete.json", &json!([incomplete]));
    shelf.write_json("norootfs.json", &json!([bare]));
    let crawled = shelf.ran("parent", "acme/app:1", &[]).json();
    for file in ["incomplete", "norootfs"] {
        let answer = shelf.is_on_alpine(&shelf.form("inspect", &format!("{file}.json")), &[], &app);
        assert_eq!(answer["steps"], crawled["steps"], "{file}");
        assert_eq!(answer["image"]["platform"], "linux/amd64", "{file}");
    }
    let unknown = format!("sha256:{}", "5".repeat(64));
    let pulled = format!("acme/other@{unknown}");
    let other = json!([{"Id": unknown, "RepoTags": ["acme/other:1"], "RepoDigests": [pulled], "Created": "",
        "Architecture": "", "Os": "", "Size": 0, "RootFS": {}}]);
    shelf.write_json("unknown.json", &other);
    let told = format!(
        "Docker shows no layers of this image, and the index does not know {unknown}; ask docker://{pulled}, or save \
         it and ask docker-archive:FILE"
    );
    shelf.refused(&shelf.form("inspect", "unknown.json"), &[], &told);
}

/// `podman image inspect`, which has more than Docker's.
fn podman(app: &Image, base: &Image) -> Value {
    let mut inspected = docker(app, &app.config_digest.0.hex());
    let config: Value = serde_json::from_slice(&app.config).expect("a config");
    let more = json!({"Digest": app.manifest_digest.to_string(), "RepoTags": ["localhost/acme/app:1"],
        "RepoDigests": [format!("localhost/acme/app@{}", app.manifest_digest)], "Version": "", "VirtualSize": 100,
        "Labels": null, "ManifestType": OCI_MANIFEST, "User": "", "NamesHistory": ["localhost/acme/app:1"],
        "Annotations": {"org.opencontainers.image.base.digest": base.manifest_digest.to_string(),
            "org.opencontainers.image.base.name": ALPINE},
        "History": config["history"]});
    inspected.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    inspected
}

#[test]
fn p08_podman_shows_history_and_annotations() {
    let shelf = Shelf::new();
    let (app, base) = (on_alpine("run"), alpine());
    let plain = podman(&app, &base);
    let mut prefixed = plain.clone();
    prefixed["Id"] = json!(app.config_digest.to_string());
    shelf.write_json("podman.json", &json!([plain]));
    shelf.write_json("prefixed.json", &json!([prefixed]));
    for file in ["podman", "prefixed"] {
        let form = shelf.form("inspect", &format!("{file}.json"));
        let answer = shelf.is_on_alpine(&form, &[], &app);
        assert_eq!(answer["image"]["platform"], "linux/amd64");
        assert_eq!(answer["image"]["manifest_digest"], app.manifest_digest.to_string());
        assert_eq!(answer["declared"][0]["name"], ALPINE);
        assert_eq!(
            (&answer["declared"][0]["source"], &answer["declared"][0]["verdict"]),
            (&json!("annotation"), &json!("agrees"))
        );
        assert_eq!(steps(&answer), ["COPY run /app/"]);
        let dockerfile = shelf.ran("dockerfile", &form, &[]).expect_code(0).json();
        assert_eq!(steps(&dockerfile), ["COPY run /app/"]);
        let layers = shelf.ran("layers", &form, &[]).expect_code(0).json();
        let from: Vec<&Value> =
            layers["layers"].as_array().expect("layers").iter().map(|layer| &layer["from"]).collect();
        assert_eq!(from, [&json!(ALPINE), &Value::Null]);
    }
}

/// Several images, and one that was asked for twice.
#[test]
fn p244_several_are_inspected() {
    let shelf = Shelf::new();
    let (app, other) = (on_alpine("run"), on_alpine("other"));
    let of = |image: &Image| docker(image, &image.config_digest.to_string());
    shelf.write_json("twice.json", &json!([of(&app), of(&app)]));
    let answer = shelf.ran("parent", &shelf.form("inspect", "twice.json"), &[]).expect_code(0).json();
    assert_eq!(answer["image"]["config_digest"], app.config_digest.to_string());
    shelf.write_json("two.json", &json!([of(&app), of(&other)]));
    shelf.refused(&shelf.form("inspect", "two.json"), &[], "two.json: it describes 2 images, give one");
    shelf.write_json("none.json", &json!([]));
    shelf.refused(&shelf.form("inspect", "none.json"), &[], "none.json: it describes no image");
}

/// A container is not an image, and says which one it was made from.
#[test]
fn p245_a_container_is_inspected() {
    let shelf = Shelf::new();
    let image = format!("sha256:{}", "6".repeat(64));
    let container = json!([{"Id": "5".repeat(64), "Created": "2024-01-01T00:00:00Z", "State": {"Status": "running"},
        "Image": image, "Name": "/web", "HostConfig": {}, "Config": {"Image": "acme/app:1"}, "NetworkSettings": {}}]);
    shelf.write_json("container.json", &container);
    let told = |name: &str| {
        format!(
            "it is of a container, not an image; it was made from {name}: ask {image}, or inspect: of 'docker image \
             inspect {image}'"
        )
    };
    shelf.refused(&shelf.form("inspect", "container.json"), &[], &told("acme/app:1"));
    let podman = json!([{"Id": "5".repeat(64), "State": {"Status": "running"}, "Image": "6".repeat(64),
        "ImageName": "localhost/acme/app:1", "HostConfig": {}, "Config": {}}]);
    shelf.write_json("podman.json", &podman);
    shelf.refused(&shelf.form("inspect", "podman.json"), &[], &told("localhost/acme/app:1"));
    shelf.refused(
        &shelf.form("manifest", "container.json"),
        &[],
        "it is what docker container inspect prints; ask inspect: of 'docker image inspect' of its image",
    );
}
