//! A small registry that was crawled, images on its base, and a folder for
//! files made of them.

use std::path::{Path, PathBuf};

use forebear_image::Digest;
use forebear_testkit::{Image, ImageBuilder, Server, World};
use forebear_tests::{Data, Ran, run_with};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const ALPINE: &str = "docker.io/library/alpine:3.19";
pub(crate) const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const REF_NAME: &str = "org.opencontainers.image.ref.name";
pub(crate) const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// What was crawled, and a folder.
pub(crate) struct Shelf {
    pub(crate) data: Data,
    folder: TempDir,
}

/// The base that all images here are on.
pub(crate) fn alpine() -> Image {
    alpine_for("linux/amd64")
}

pub(crate) fn alpine_for(platform: &str) -> Image {
    ImageBuilder::scratch(platform).add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build()
}

/// An image on alpine that `what` was copied into.
pub(crate) fn on_alpine(what: &str) -> Image {
    ImageBuilder::from(&alpine()).copy(what, "/app/").build()
}

impl Shelf {
    /// alpine:3.19 was crawled, and what else is given.
    pub(crate) fn with(push: impl FnOnce(&mut World)) -> Self {
        let mut world = World::new();
        _ = world.push("library/alpine:3.19", &alpine());
        push(&mut world);
        let server = Server::start(world);
        let data = Data::new();
        _ = data.crawl_hub(&server.host(), &["--now", "2025-01-01T00:00:00Z"]);
        Self { data, folder: TempDir::new().expect("a folder") }
    }

    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `FORM:PATH`.
    pub(crate) fn form(&self, form: &str, name: &str) -> String {
        format!("{form}:{}", self.path(name).display())
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("written");
    }

    pub(crate) fn write_json(&self, name: &str, value: &Value) {
        self.write(name, &serde_json::to_vec_pretty(value).expect("JSON"));
    }

    /// An OCI layout in a folder, and the same in `NAME.tar`.
    pub(crate) fn layout(&self, name: &str, entries: &[Value], blobs: &[&[u8]]) {
        let mut files = vec![
            ("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()),
            ("index.json".to_owned(), index(entries)),
        ];
        files.extend(blobs.iter().map(|bytes| (blob(bytes), bytes.to_vec())));
        for (file, bytes) in &files {
            self.write(&format!("{name}/{file}"), bytes);
        }
        self.write(&format!("{name}.tar"), &tar(&files));
    }

    /// `forebear COMMAND IMAGE ARGUMENTS --format json`.
    pub(crate) fn ran(&self, command: &str, image: &str, arguments: &[&str]) -> Ran {
        self.piped(command, image, arguments, b"")
    }

    pub(crate) fn piped(&self, command: &str, image: &str, arguments: &[&str], input: &[u8]) -> Ran {
        let all = [&[command, image, "--format", "json"], arguments].concat();
        let mut command = self.data.command("forebear", &all);
        run_with(command.current_dir(self.folder.path()), input)
    }

    /// The answer of `parent` is of this image, and on alpine:3.19 by layers and history.
    #[track_caller]
    pub(crate) fn is_on_alpine(&self, image: &str, arguments: &[&str], expected: &Image) -> Value {
        on_alpine_is(self.ran("parent", image, arguments), expected)
    }

    /// `parent` exits with 2, and this is the last sentence of what it says.
    #[track_caller]
    pub(crate) fn refused(&self, image: &str, arguments: &[&str], expected: &str) {
        let ran = self.ran("parent", image, arguments).expect_code(2);
        let expected = expected.replace("HERE", &self.folder.path().display().to_string());
        assert!(ran.stderr.trim_end().ends_with(&expected), "not '{expected}' but {}", ran.stderr);
    }
}

#[track_caller]
pub(crate) fn on_alpine_is(ran: Ran, expected: &Image) -> Value {
    let answer = ran.expect_code(0).json();
    assert_eq!(answer["parent"]["reference"], ALPINE, "{answer}");
    assert_eq!(answer["parent"]["evidence"], "layers+history", "{answer}");
    assert_eq!(answer["parent"]["agreement"], "exact", "{answer}");
    assert_eq!(answer["image"]["config_digest"], expected.config_digest.to_string(), "{answer}");
    answer
}

/// The lines of the steps that were added.
pub(crate) fn steps(answer: &Value) -> Vec<&str> {
    let steps = answer["steps"].as_array().expect("steps are a list");
    steps.iter().filter_map(|step| step["dockerfile"].as_str()).collect()
}

/// A descriptor of an image's manifest.
pub(crate) fn entry(image: &Image, annotations: &[(&str, &str)]) -> Value {
    let mut entry = described(OCI_MANIFEST, &image.manifest);
    entry["platform"] = json!({ "os": image.platform.os, "architecture": image.platform.architecture });
    entry["annotations"] = annotations.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    entry
}

pub(crate) fn described(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": Digest::sha256(bytes).to_string(), "size": bytes.len() })
}

pub(crate) fn index(entries: &[Value]) -> Vec<u8> {
    json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries }).to_string().into_bytes()
}

/// Where a layout keeps a blob.
pub(crate) fn blob(bytes: &[u8]) -> String {
    format!("blobs/sha256/{}", Digest::sha256(bytes).hex())
}

/// Manifest, config and layers.
pub(crate) fn blobs(image: &Image) -> Vec<&[u8]> {
    let layers = image.layers.iter().filter_map(|layer| layer.blob.as_deref());
    [&*image.manifest, &*image.config].into_iter().chain(layers).collect()
}

/// What `docker save` wrote before Docker 25, one list item for each tag.
pub(crate) fn saved(image: &Image, tags: &[&str]) -> Vec<(String, Vec<u8>)> {
    let config = format!("{}.json", image.config_digest.0.hex());
    let layer = |at: usize| format!("{at}/layer.tar");
    let names: Vec<String> = (0..image.layers.len()).map(layer).collect();
    let items: Vec<Value> =
        tags.iter().map(|tag| json!({ "Config": config, "RepoTags": [tag], "Layers": names })).collect();
    let mut files =
        vec![(config, image.config.to_vec()), ("manifest.json".to_owned(), json!(items).to_string().into_bytes())];
    let layers = image.layers.iter().enumerate();
    files.extend(layers.map(|(at, own)| (layer(at), own.tar.as_deref().unwrap_or_default().to_vec())));
    files
}

pub(crate) fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, Path::new(name), bytes.as_slice()).expect("a tar");
    }
    tar.into_inner().expect("a tar")
}

pub(crate) fn tar_of(names: &[&str]) -> Vec<u8> {
    tar(&names.iter().map(|name| ((*name).to_owned(), b"x".to_vec())).collect::<Vec<_>>())
}

pub(crate) fn xz(bytes: &[u8], window: u32) -> Vec<u8> {
    use std::io::Write as _;
    let mut options = lzma_rust2::XzOptions::with_preset(1);
    options.lzma_options.dict_size = window;
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("xz");
    writer.write_all(bytes).expect("xz");
    writer.finish().expect("xz")
}

pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut packed = Vec::new();
    _ = bzip2::read::BzEncoder::new(bytes, bzip2::Compression::default()).read_to_end(&mut packed).expect("bzip2");
    packed
}
