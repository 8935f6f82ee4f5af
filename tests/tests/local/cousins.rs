//! `inspect:` of what other tools print of an image.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use forebear_testkit::{Image, ImageBuilder};
use serde_json::{Value, json};

use crate::shelf::{ALPINE, OCI_INDEX, OCI_MANIFEST, Shelf, alpine_for, described, entry, index, on_alpine, steps};

fn config(image: &Image) -> Value {
    serde_json::from_slice(&image.config).expect("a config")
}

fn manifest(image: &Image) -> Value {
    serde_json::from_slice(&image.manifest).expect("a manifest")
}

/// Asked with the image in the index and without: it is on alpine, and where it
/// is known it is that image.
#[track_caller]
fn check(name: &str, document: impl Fn(&Image) -> Value, evidence: &str) {
    let app = on_alpine("run");
    for known in [false, true] {
        let shelf = Shelf::with(|world| {
            if known {
                _ = world.push("acme/app:1", &app);
            }
        });
        shelf.write_json("x.json", &document(&app));
        let answer = shelf.ran("parent", &shelf.form("inspect", "x.json"), &[]).expect_code(0).json();
        assert_eq!(answer["parent"]["reference"], ALPINE, "{name}, known: {known}: {answer}");
        let expected = if known { "layers+history" } else { evidence };
        assert_eq!(answer["parent"]["evidence"], expected, "{name}, known: {known}: {answer}");
        if known {
            assert_eq!(answer["image"]["config_digest"], app.config_digest.to_string(), "{name}: {answer}");
            let same =
                json!({"reference": "docker.io/acme/app:1", "relation": "same-image", "platform": "linux/amd64"});
            assert_eq!(answer["identical"][0], same, "{name}: {answer}");
        }
        if expected == "layers+history" {
            assert_eq!(steps(&answer), ["COPY run /app/"], "{name}: {answer}");
        }
    }
}

#[test]
fn p246_crictl_inspecti() {
    let status = |app: &Image, id: String| {
        json!({"id": id, "repoTags": ["docker.io/acme/app:1"],
            "repoDigests": [format!("docker.io/acme/app@{}", app.manifest_digest)], "size": "1", "uid": null, "username": ""})
    };
    check(
        "containerd",
        |app| {
            json!({"status": status(app, app.config_digest.to_string()),
                "info": {"chainID": "sha256:x", "imageSpec": config(app)}})
        },
        "layers+history",
    );
    check(
        "CRI-O",
        |app| json!({"status": status(app, app.config_digest.0.hex()), "info": {"labels": {}, "imageSpec": config(app)}}),
        "layers+history",
    );
    // Without `info` only an index can tell.
    let app = on_alpine("run");
    let shelf = Shelf::new();
    shelf.write_json("x.json", &json!({ "status": status(&app, app.config_digest.0.hex()) }));
    let told = format!(
        "the container runtime shows no layers of this image, and the index does not know {}; ask \
         docker://docker.io/acme/app@{}, or save it and ask docker-archive:FILE",
        app.config_digest, app.manifest_digest
    );
    shelf.refused(&shelf.form("inspect", "x.json"), &[], &told);
}

#[test]
fn p247_nerdctl_in_its_native_mode() {
    check(
        "nerdctl",
        |app| {
            let target = described(OCI_MANIFEST, &app.manifest);
            json!([{"Image": {"Name": "docker.io/acme/app:1", "Labels": null, "Target": target},
                "ManifestDesc": target, "Manifest": manifest(app),
                "ImageConfigDesc": described("application/vnd.oci.image.config.v1+json", &app.config),
                "ImageConfig": config(app)}])
        },
        "layers+history",
    );
}

#[test]
fn p248_skopeo_inspect() {
    let layers = |app: &Image| app.layers.iter().map(|layer| layer.digest.to_string()).collect::<Vec<_>>();
    let data = |app: &Image| {
        let one = |layer: &forebear_testkit::Layer| {
            json!({"MIMEType": "application/vnd.oci.image.layer.v1.tar+gzip", "Digest": layer.digest.to_string(),
                "Size": layer.size, "Annotations": null})
        };
        app.layers.iter().map(one).collect::<Vec<_>>()
    };
    check(
        "skopeo",
        |app| {
            json!({"Name": "docker.io/acme/app", "Digest": app.manifest_digest.to_string(), "RepoTags": ["1"],
                "Created": "2024-01-01T00:00:00Z", "DockerVersion": "", "Labels": null, "Architecture": "amd64",
                "Os": "linux", "Layers": layers(app), "LayersData": data(app), "Env": ["A=b"]})
        },
        "layers",
    );
    // Before skopeo 1.11.
    check(
        "older skopeo",
        |app| {
            json!({"Name": "docker.io/acme/app", "Digest": app.manifest_digest.to_string(), "RepoTags": ["1"],
                "Created": "2024-01-01T00:00:00Z", "Labels": {}, "Architecture": "amd64", "Os": "linux",
                "Layers": layers(app)})
        },
        "layers",
    );
}

#[test]
fn p249_a_bare_config() {
    // Pretty-printed, so that its digest is another.
    let app = on_alpine("run");
    let shelf = Shelf::new();
    shelf.write_json("pretty.json", &config(&app));
    let answer = shelf.ran("parent", &shelf.form("inspect", "pretty.json"), &[]).expect_code(0).json();
    assert_eq!(answer["parent"]["reference"], ALPINE);
    assert_eq!(answer["image"]["config_digest"], Value::Null, "the digest of these bytes is nobody's");
    assert_eq!(steps(&answer), ["COPY run /app/"]);
    // Byte for byte, as crane prints it, or with the newline of a shell.
    let shelf = Shelf::with(|world| _ = world.push("acme/app:1", &app));
    for bytes in [app.config.to_vec(), [&app.config[..], b"\n"].concat()] {
        shelf.write("raw.json", &bytes);
        let answer = shelf.is_on_alpine(&shelf.form("inspect", "raw.json"), &[], &app);
        assert_eq!(answer["identical"][0]["relation"], "same-image");
    }
}

#[test]
fn p250_imagetools_inspect() {
    let arm64 = ImageBuilder::from(&alpine_for("linux/arm64")).copy("run", "/app/").build();
    let both = |app: &Image| {
        let mut list: Value = serde_json::from_slice(&index(&[entry(&arm64, &[]), entry(app, &[])])).expect("JSON");
        list["digest"] = json!(format!("sha256:{}", "9".repeat(64)));
        json!({"name": "docker.io/acme/app:1", "manifest": list, "provenance": {},
            "image": {"linux/arm64": config(&arm64), "linux/amd64": config(app)}})
    };
    check("index", both, "layers+history");
    let alone = |app: &Image| json!({"name": "docker.io/acme/app:1", "manifest": described(OCI_MANIFEST, &app.manifest), "image": config(app)});
    check("manifest", alone, "layers+history");
    let shelf = Shelf::new();
    let app = on_alpine("run");
    shelf.write_json("x.json", &both(&app));
    let form = shelf.form("inspect", "x.json");
    let answer = shelf.ran("parent", &form, &["--platform", "linux/arm64"]).json();
    assert_eq!(answer["image"]["manifest_digest"], arm64.manifest_digest.to_string(), "{answer}");
    shelf.write_json("images.json", &both(&app)["image"]);
    let answer = shelf.ran("parent", &shelf.form("inspect", "images.json"), &[]).expect_code(0).json();
    assert_eq!(answer["image"]["platform"], "linux/amd64");
    // What `--raw` prints is an index, which has a form of its own.
    shelf.write("raw.json", &index(&[entry(&arm64, &[]), entry(&app, &[])]));
    shelf.refused(
        &shelf.form("inspect", "raw.json"),
        &[],
        "it is an index of several images; ask manifest:HERE/raw.json",
    );
}

/// Scanners keep the config of the image that they looked into.
#[test]
fn p827_reports_of_scanners() {
    let trivy = |app: &Image| {
        let diff_ids: Vec<String> = app.diff_ids().iter().map(ToString::to_string).collect();
        json!({"SchemaVersion": 2, "CreatedAt": "2025-01-01T00:00:00Z", "ArtifactName": "acme/app:1",
            "ArtifactType": "container_image", "Metadata": {"Size": 1, "OS": {"Family": "alpine", "Name": "3.19.1"},
                "ImageID": app.config_digest.to_string(), "DiffIDs": diff_ids, "RepoTags": ["acme/app:1"],
                "RepoDigests": [format!("acme/app@{}", app.manifest_digest)], "ImageConfig": config(app)},
            "Results": [{"Target": "acme/app:1 (alpine 3.19.1)", "Class": "os-pkgs", "Type": "alpine"}]})
    };
    check("trivy", trivy, "layers+history");
    let about = |app: &Image| {
        let layers: Vec<Value> = app
            .diff_ids()
            .iter()
            .map(|id| json!({"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "digest": id.to_string(), "size": 1}))
            .collect();
        json!({"userInput": "acme/app:1", "imageID": app.config_digest.to_string(),
            "manifestDigest": app.manifest_digest.to_string(), "mediaType": OCI_MANIFEST, "tags": ["acme/app:1"],
            "imageSize": 2, "layers": layers, "manifest": STANDARD.encode(&app.manifest),
            "config": STANDARD.encode(&app.config), "repoDigests": [], "architecture": "amd64", "os": "linux"})
    };
    let syft = |app: &Image| {
        json!({"artifacts": [], "artifactRelationships": [], "files": [],
            "source": {"id": "1", "name": "acme/app", "version": "1", "type": "image", "metadata": about(app)},
            "distro": {}, "descriptor": {"name": "syft", "version": "1.30.0"},
            "schema": {"version": "16.0.37", "url": "https://raw.githubusercontent.com/anchore/syft"}})
    };
    check("syft", syft, "layers+history");
    let grype = |app: &Image| {
        json!({"matches": [], "source": {"type": "image", "target": about(app)}, "distro": {},
            "descriptor": {"name": "grype", "version": "0.90.0"}})
    };
    check("grype", grype, "layers+history");
    // A report on a folder has the fields, and no image.
    let shelf = Shelf::new();
    let app = on_alpine("run");
    let mut folder = syft(&app);
    folder["source"] = json!({"id": "1", "type": "directory", "metadata": {"path": "."}});
    shelf.write_json("folder.json", &folder);
    shelf.refused(&shelf.form("inspect", "folder.json"), &[], "it is a Syft SBOM of something else than an image");
    let mut torn = grype(&app);
    torn["source"]["target"]["config"] = json!("no base64!");
    shelf.write_json("torn.json", &torn);
    let told = "it does not look like the output of grype -o json (its source's config: Invalid symbol 32, offset 2.)";
    shelf.refused(&shelf.form("inspect", "torn.json"), &[], told);
    shelf.write_json("trivy.json", &trivy(&app));
    let told = "it is what trivy image --format json prints; ask inspect:HERE/trivy.json";
    shelf.refused(&shelf.form("manifest", "trivy.json"), &[], told);
}

#[test]
fn p251_docker_manifest_inspect_verbose() {
    let arm64 = ImageBuilder::from(&alpine_for("linux/arm64")).copy("run", "/app/").build();
    let one = |image: &Image, field: &str| {
        let mut descriptor = described(OCI_MANIFEST, &image.manifest);
        descriptor["platform"] = json!({"architecture": image.platform.architecture, "os": image.platform.os});
        json!({"Ref": format!("docker.io/acme/app:1@{}", image.manifest_digest), "Descriptor": descriptor, "Raw": "e30=",
            field: manifest(image)})
    };
    check("one", |app| one(app, "SchemaV2Manifest"), "layers");
    check("several", |app| json!([one(&arm64, "OCIManifest"), one(app, "OCIManifest")]), "layers");
    let shelf = Shelf::new();
    shelf.write_json("x.json", &json!([one(&arm64, "OCIManifest")]));
    shelf.refused(
        &shelf.form("manifest", "x.json"),
        &[],
        "it is what docker manifest inspect -v prints; ask inspect:HERE/x.json",
    );
}

/// The same digest in an index of several platforms: the image whose layers are
/// shown is meant.
#[test]
fn p252_an_index_and_layers_of_one_platform() {
    let app = on_alpine("run");
    let arm64 = ImageBuilder::from(&alpine_for("linux/arm64")).copy("arm", "/app/").build();
    let mut digest = None;
    let shelf = Shelf::with(|world| digest = Some(world.push_platforms("acme/app:1", &[&app, &arm64])));
    let digest = digest.expect("pushed").to_string();
    let mut inspected = crate::engines::docker(&arm64, &digest);
    inspected["Architecture"] = json!("arm64");
    inspected["Descriptor"] = json!({"mediaType": OCI_INDEX, "digest": digest, "size": 1});
    shelf.write_json("x.json", &json!([inspected]));
    let answer = shelf.ran("parent", &shelf.form("inspect", "x.json"), &[]).json();
    assert_eq!(answer["image"]["config_digest"], arm64.config_digest.to_string(), "{answer}");
    assert_eq!(answer["image"]["platform"], "linux/arm64", "{answer}");
}
