//! Which of several images of a local form is meant.

use forebear_testkit::{Image, ImageBuilder};
use serde_json::json;

use crate::shelf::{
    CONTAINERD_NAME, OCI_INDEX, OCI_MANIFEST, REF_NAME, Shelf, alpine_for, blob, blobs, described, entry, index,
    on_alpine, saved, tar,
};

fn for_platform(platform: &str) -> Image {
    ImageBuilder::from(&alpine_for(platform)).copy("run", "/app/").build()
}

/// `docker save` of Docker 25 and later after a pull: all platforms are listed,
/// the blobs of one are there.
#[test]
fn p01_an_archive_that_lists_more_than_it_holds() {
    let shelf = Shelf::new();
    let (amd64, arm64) = (on_alpine("run"), for_platform("linux/arm64"));
    let full = index(&[entry(&amd64, &[]), entry(&arm64, &[])]);
    let mut top = described(OCI_INDEX, &full);
    top["annotations"] = json!({ CONTAINERD_NAME: "docker.io/acme/app:1", REF_NAME: "1" });
    let held = [&[&*full][..], &blobs(&amd64)].concat();
    shelf.layout("saved", &[top], &held);
    for form in [shelf.form("oci", "saved"), shelf.form("oci-archive", "saved.tar")] {
        for platform in [&[][..], &["--platform", "linux/amd64"]] {
            let answer = shelf.is_on_alpine(&form, platform, &amd64);
            assert_eq!(answer["image"]["platform"], "linux/amd64");
        }
        let lost = arm64.manifest_digest.0.hex();
        let told = format!("it lists linux/arm64 and does not hold it: it has no blobs/sha256/{lost}");
        shelf.refused(&form, &["--platform", "linux/arm64"], &told);
        let none = format!("{form} has no image for linux/s390x; it offers linux/amd64, linux/arm64");
        shelf.refused(&form, &["--platform", "linux/s390x"], &none);
        assert_eq!(shelf.ran("verify", &form, &[]).expect_code(0).json()["intact"], true);
    }
}

#[test]
fn p03_one_image_under_several_names() {
    let shelf = Shelf::new();
    let (app, other) = (on_alpine("run"), on_alpine("other"));
    let named = |image: &Image, name: &str| {
        let tag = name.rsplit(':').next().expect("a tag");
        entry(image, &[(CONTAINERD_NAME, &format!("docker.io/acme/{name}")), (REF_NAME, tag)])
    };
    let entries = ["app:1.4.2", "app:1.4", "app:latest"].map(|name| named(&app, name));
    shelf.layout("two", &entries, &blobs(&app));
    shelf.write("saved.tar", &tar(&saved(&app, &["acme/app:1.4.2", "acme/app:1.4"])));
    for form in [
        shelf.form("oci", "two"),
        shelf.form("oci-archive", "two.tar"),
        shelf.form("oci", "two:1.4"),
        shelf.form("oci", "two:acme/app"),
        shelf.form("docker-archive", "saved.tar"),
        shelf.form("docker-archive", "saved.tar:acme/app:1.4"),
    ] {
        _ = shelf.is_on_alpine(&form, &[], &app);
    }
    // Two images are a question that names both.
    shelf.layout("differ", &[named(&app, "app:1"), named(&other, "other:1")], &[blobs(&app), blobs(&other)].concat());
    let question = "it holds several images; choose one: docker.io/acme/app:1, docker.io/acme/other:1";
    shelf.refused(&shelf.form("oci", "differ"), &[], question);
    shelf.refused(&shelf.form("oci", "differ:1"), &[], question);
}

#[test]
fn p05_names_compare_as_references() {
    let shelf = Shelf::new();
    let (app, other) = (on_alpine("run"), on_alpine("other"));
    // buildx writes the whole reference, containerd both.
    let entries = [
        entry(&app, &[(REF_NAME, "acme/app:1.0.0")]),
        entry(&other, &[(CONTAINERD_NAME, "docker.io/acme/other:2"), (REF_NAME, "2")]),
    ];
    shelf.layout("full", &entries, &[blobs(&app), blobs(&other)].concat());
    for name in ["acme/app:1.0.0", "1.0.0", "docker.io/acme/app:1.0.0", &app.manifest_digest.to_string(), "@0"] {
        _ = shelf.is_on_alpine(&shelf.form("oci", &format!("full:{name}")), &[], &app);
    }
    for name in ["acme/other:2", "docker.io/acme/other:2", "2", &format!("@{}", other.manifest_digest), "@1"] {
        _ = shelf.is_on_alpine(&shelf.form("oci", &format!("full:{name}")), &[], &other);
    }
    let held = "it has no image 3; it holds acme/app:1.0.0, docker.io/acme/other:2";
    shelf.refused(&shelf.form("oci", "full:3"), &[], held);
    shelf.refused(
        &shelf.form("oci", "full"),
        &[],
        "it holds several images; choose one: acme/app:1.0.0, docker.io/acme/other:2",
    );
}

/// What is listed beside an image and is none is no choice, in any order.
#[test]
fn p240_artifacts_beside_an_image() {
    let shelf = Shelf::new();
    let app = on_alpine("run");
    // A cosign signature in an image's clothes: only its document tells.
    let signature = json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
        "config": {"mediaType": "application/vnd.dev.cosign.artifact.sig.v1+json", "digest": app.config_digest.to_string(), "size": 2},
        "layers": [{"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", "digest": app.config_digest.to_string(), "size": 2}]})
    .to_string()
    .into_bytes();
    let mut signed = described(OCI_MANIFEST, &signature);
    signed["annotations"] = json!({ REF_NAME: "sha256-x.sig" });
    let held = [&[&*signature][..], &blobs(&app)].concat();
    let image = entry(&app, &[(REF_NAME, "1")]);
    for (name, entries) in [("first", [signed.clone(), image.clone()]), ("last", [image, signed.clone()])] {
        shelf.layout(name, &entries, &held);
        _ = shelf.is_on_alpine(&shelf.form("oci", name), &[], &app);
        _ = shelf.is_on_alpine(&shelf.form("oci-archive", &format!("{name}.tar")), &[], &app);
    }
    shelf.layout("alone", &[signed], &[&signature]);
    shelf.refused(
        &shelf.form("oci", "alone"),
        &[],
        "it is no image but application/vnd.dev.cosign.artifact.sig.v1+json",
    );
}

/// Of two images under different names the only one that is there.
#[test]
fn p241_the_only_one_that_is_there() {
    let shelf = Shelf::new();
    let (app, other) = (on_alpine("run"), on_alpine("other"));
    let entries = [entry(&other, &[(REF_NAME, "acme/other:1")]), entry(&app, &[(REF_NAME, "acme/app:1")])];
    shelf.layout("half", &entries, &blobs(&app));
    _ = shelf.is_on_alpine(&shelf.form("oci", "half"), &[], &app);
    let lost = other.manifest_digest.0.hex();
    let missing = format!("it lists linux/amd64 and does not hold it: it has no blobs/sha256/{lost}");
    shelf.refused(&shelf.form("oci", "half:acme/other:1"), &[], &missing);
}

/// Docker 28 saves several platforms under one tag.
#[test]
fn p242_platforms_under_one_tag_of_an_archive() {
    let shelf = Shelf::new();
    let (amd64, arm64) = (on_alpine("run"), for_platform("linux/arm64"));
    let item = |image: &Image| {
        let layers: Vec<String> =
            image.layers.iter().map(|layer| blob(layer.blob.as_deref().expect("a blob"))).collect();
        json!({ "Config": blob(&image.config), "RepoTags": ["acme/app:1"], "Layers": layers })
    };
    let mut files: Vec<(String, Vec<u8>)> =
        [&arm64, &amd64].iter().flat_map(|image| blobs(image)).map(|bytes| (blob(bytes), bytes.to_vec())).collect();
    files.dedup();
    files.push(("manifest.json".to_owned(), json!([item(&arm64), item(&amd64)]).to_string().into_bytes()));
    shelf.write("both.tar", &tar(&files));
    for name in ["both.tar", "both.tar:acme/app:1"] {
        let form = shelf.form("docker-archive", name);
        _ = shelf.is_on_alpine(&form, &[], &amd64);
        let answer = shelf.ran("parent", &form, &["--platform", "linux/arm64"]).json();
        assert_eq!(answer["image"]["config_digest"], arm64.config_digest.to_string(), "{answer}");
    }
    shelf.refused(
        &shelf.form("docker-archive", "both.tar"),
        &["--platform", "linux/386"],
        "has no image for linux/386; it offers linux/arm64, linux/amd64",
    );
}

/// Two different images of one platform that nobody named are a question.
#[test]
fn p243_two_images_without_names() {
    let shelf = Shelf::new();
    let (app, other) = (on_alpine("run"), on_alpine("other"));
    shelf.layout("two", &[entry(&app, &[]), entry(&other, &[])], &[blobs(&app), blobs(&other)].concat());
    let question = format!("it holds several images; choose one: {}, {}", app.manifest_digest, other.manifest_digest);
    shelf.refused(&shelf.form("oci", "two"), &[], &question);
    _ = shelf.is_on_alpine(&shelf.form("oci", &format!("two:{}", other.manifest_digest)), &[], &other);
    // The same one twice is one.
    shelf.layout("same", &[entry(&app, &[]), entry(&app, &[])], &blobs(&app));
    _ = shelf.is_on_alpine(&shelf.form("oci", "same"), &[], &app);
}
