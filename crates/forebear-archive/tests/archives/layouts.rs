//! Which image of an OCI layout is meant.

use std::path::Path;

use forebear_archive::{Archive, Transport};
use forebear_image::{Digest, Platform};
use forebear_testkit::{Image, ImageBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::common::told;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const NAME: &str = "org.opencontainers.image.ref.name";

fn image(platform: &str) -> Image {
    ImageBuilder::scratch(platform).add_rootfs(platform).build()
}

/// A descriptor of bytes, and the bytes where they are to be there.
fn entry(bytes: &[u8], platform: Option<&str>, name: Option<&str>) -> Value {
    let mut entry = json!({ "digest": Digest::sha256(bytes).to_string(), "size": bytes.len() });
    if let Some(Platform { os, architecture, .. }) = platform.map(|text| text.parse().unwrap()) {
        entry["platform"] = json!({ "os": os, "architecture": architecture });
    }
    if let Some(name) = name {
        entry["annotations"] = json!({ NAME: name });
    }
    entry
}

fn index(entries: &[Value]) -> Vec<u8> {
    json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries }).to_string().into_bytes()
}

/// A layout of these entries and blobs.
fn layout(entries: &[Value], blobs: &[&[u8]]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let blobs_folder = folder.path().join("blobs/sha256");
    std::fs::create_dir_all(&blobs_folder).unwrap();
    for bytes in blobs {
        std::fs::write(blobs_folder.join(Digest::sha256(bytes).hex()), bytes).unwrap();
    }
    std::fs::write(folder.path().join("index.json"), index(entries)).unwrap();
    folder
}

/// The platform that is answered for, by the image and by its tree; or what is
/// told.
#[track_caller]
fn check(folder: &Path, name: &str, wanted: Option<&str>, expected: Result<&str, &str>) {
    let text = format!("oci:{}{name}", folder.display());
    let archive = Archive::open(&Transport::parse(&text).unwrap()).unwrap();
    let wanted: Option<Platform> = wanted.map(|text| text.parse().unwrap());
    let image = archive.image(wanted.as_ref()).map(|found| found.image.platform.unwrap().to_string());
    let tree = archive.tree(wanted.as_ref());
    match expected {
        Ok(platform) => {
            assert_eq!(image.unwrap_or_else(|error| panic!("{}", told(&error))), platform, "{name} {wanted:?}");
            let tree = tree.unwrap();
            assert!(tree.documents.iter().all(|document| document.flaws.is_empty()), "{:?}", tree.documents);
            assert_eq!(tree.platform.unwrap().to_string(), platform);
        }
        Err(words) => {
            let message = told(&image.expect_err("it is refused"));
            assert!(message.contains(words), "no '{words}' in: {message}");
        }
    }
}

/// `index.json` leads to an index of several platforms, as buildx and `docker
/// save` write it, or lists them itself.
#[test]
fn several_platforms() {
    let platforms = ["linux/arm64", "linux/amd64", "linux/s390x"];
    let images = platforms.map(image);
    let entries: Vec<_> =
        images.iter().zip(platforms).map(|(own, name)| entry(&own.manifest, Some(name), None)).collect();
    let nested = index(&entries);
    let documents: Vec<&[u8]> = images.iter().flat_map(|own| [&*own.manifest, &*own.config]).collect();
    let all: Vec<&[u8]> = documents.iter().copied().chain([nested.as_slice()]).collect();
    let [arm64, amd64, _] = &images;
    let top = [entry(&nested, None, Some("v1"))];
    for (entries, name) in [(&top[..], ":v1"), (&top, ""), (&entries, "")] {
        let folder = layout(entries, &all);
        check(folder.path(), name, None, Ok("linux/amd64"));
        check(folder.path(), name, Some("linux/s390x"), Ok("linux/s390x"));
        check(folder.path(), name, Some("linux/arm64/v8"), Ok("linux/arm64"));
        let offered = "no image for linux/386; it offers linux/arm64, linux/amd64, linux/s390x";
        check(folder.path(), name, Some("linux/386"), Err(offered));

        // The only one that is there, whatever else is listed.
        let folder = layout(entries, &[&nested, &arm64.manifest, &arm64.config]);
        check(folder.path(), name, None, Ok("linux/arm64"));
        check(folder.path(), name, Some("linux/amd64"), Err("has no blobs/sha256/"));
        // A manifest without its config is not there.
        let folder = layout(entries, &[&nested, &arm64.manifest, &arm64.config, &amd64.manifest]);
        check(folder.path(), name, None, Ok("linux/arm64"));
        // Two of them, none of which is linux/amd64: then that is missed.
        let folder = layout(entries, &[]);
        check(folder.path(), name, None, Err("has no blobs/sha256/"));
    }
}

#[test]
fn several_platforms_without_the_default() {
    let platforms = ["linux/arm64", "linux/s390x"];
    let images = platforms.map(image);
    let entries: Vec<_> =
        images.iter().zip(platforms).map(|(own, name)| entry(&own.manifest, Some(name), None)).collect();
    let nested = index(&entries);
    let documents: Vec<&[u8]> = images.iter().flat_map(|own| [&*own.manifest, &*own.config]).collect();
    let all: Vec<&[u8]> = documents.iter().copied().chain([nested.as_slice()]).collect();
    for entries in [vec![entry(&nested, None, None)], entries] {
        let folder = layout(&entries, &all);
        check(folder.path(), "", None, Err("no image for linux/amd64; it offers linux/arm64, linux/s390x"));
    }
}

#[test]
fn names_come_first() {
    let (amd64, arm64) = (image("linux/amd64"), image("linux/arm64"));
    let blobs = [&*amd64.manifest, &*amd64.config, &*arm64.manifest, &*arm64.config];
    let of = |first: Option<&str>, second: Option<&str>| {
        let entries =
            [entry(&arm64.manifest, Some("linux/arm64"), first), entry(&amd64.manifest, Some("linux/amd64"), second)];
        layout(&entries, &blobs)
    };
    // Two images, not one image for two platforms.
    let two = of(Some("a"), Some("b"));
    check(two.path(), "", None, Err("several images; choose one: a, b"));
    check(two.path(), "", Some("linux/amd64"), Err("several images; choose one: a, b"));
    check(two.path(), ":a", None, Ok("linux/arm64"));
    check(two.path(), ":a", Some("linux/amd64"), Err("it is for linux/arm64, not for linux/amd64"));
    check(two.path(), ":c", None, Err("no image c; it holds a, b"));
    let one = of(Some("a"), Some("a"));
    check(one.path(), ":a", None, Ok("linux/amd64"));
    check(one.path(), "", Some("linux/arm64"), Ok("linux/arm64"));
    let one = of(Some("a"), None);
    check(one.path(), "", None, Err("several images; choose one: a"));
    // Their configs tell them apart.
    let alike = layout(&[entry(&arm64.manifest, None, None), entry(&amd64.manifest, None, None)], &blobs);
    check(alike.path(), "", None, Ok("linux/amd64"));
}
