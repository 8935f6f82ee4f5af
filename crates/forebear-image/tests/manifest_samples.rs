//! Manifests and configs as real registries and tools wrote them, with all
//! their oddities: what the parser makes of every one, and of those that
//! belong together.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod samples;

use forebear_image::config::{self, ConfigFacts};
use forebear_image::{
    Digest, Image, ImageManifest, LayerLink, ManifestDigest, ManifestFacts, manifest, media_type, schema1,
};
use samples::Samples;

/// What each sample is. A config is told from a manifest by its name.
const EXPECTED: &[(&str, &str)] = &[
    ("schema2.json", "docker image, config 9ca4bda0, 5 layers gzip"),
    ("schema2-config.json", "config linux/amd64, 15 steps, 5 not empty, 5 diff_ids"),
    ("schema2-to-schema1-by-docker.json", "schema 1, 15 steps, 5 layers"),
    ("oci1-to-schema1.json", "schema 1, 15 steps, 5 layers"),
    ("oci1.json", "oci image, config 9ca4bda0, 5 layers tar+gzip"),
    ("oci1-config.json", "config linux/amd64, 15 steps, 5 not empty, 5 diff_ids"),
    ("oci1-to-schema2.json", "docker image, config 9ca4bda0, 5 layers gzip"),
    ("oci1-extra-config-fields.json", "oci image, config 7f2a783e, 5 layers tar+gzip"),
    ("oci1-config-extra-fields.json", "config linux/amd64, 15 steps, 5 not empty, 5 diff_ids"),
    (
        "oci1-all-media-types.json",
        "oci image, config 94ac69e4, 6 layers tar,tar+zstd,tar+gzip,!tar,!tar+zstd,!tar+gzip",
    ),
    ("oci1-all-media-types-config.json", "config linux/amd64, 16 steps, 6 not empty, 6 diff_ids"),
    ("oci1-all-media-types-to-schema2.json", "docker image, config a13a0762, 6 layers tar,zstd,gzip,!tar,!gzip"),
    ("schema2-all-media-types.json", "docker image, config 9ca4bda0, 5 layers tar,gzip,!tar,!gzip"),
    ("schema2-all-media-types-to-oci1.json", "oci image, config f15ba60e, 5 layers tar,tar+gzip,!tar,!tar+gzip"),
    ("oci1.encrypted.json", "oci image, config 9ca4bda0, 5 layers tar+gzip+encrypted"),
    ("oci1-artifact.json", "artifact application/vnd.oci.custom.artifact.config.v1+json"),
    ("oci1-invalid-media-type.json", "oci image, config 9ca4bda0, 1 layers tar+invalid-suffix"),
    ("schema2-invalid-media-type.json", "docker image, config 9ca4bda0, 5 layers zstd,gzip"),
    ("schema1.json", "schema 1, 6 steps, 6 layers"),
    ("schema1-to-schema2.json", "docker image, config aaaaaaaa, 6 layers gzip"),
    ("schema1-to-schema2-config.json", "config linux/amd64, 6 steps, 6 not empty, 6 diff_ids"),
    ("schema1-to-oci1.json", "oci image, config aaaaaaaa, 6 layers tar+gzip"),
    ("schema1-to-oci1-config.json", "config linux/amd64, 6 steps, 6 not empty, 6 diff_ids"),
    ("schema1-for-oci-config.json", "schema 1, 3 steps, 3 layers"),
    ("schema2-to-oci1.json", "oci image, config f15ba60e, 5 layers tar+gzip"),
    ("schema2-to-oci1-config.json", "config linux/amd64, 15 steps, 5 not empty, 5 diff_ids"),
    ("v2s1.manifest.json", "schema 1, 3 steps, 3 layers"),
    ("v2s1-unsigned.manifest.json", "schema 1, 3 steps, 3 layers"),
    ("v2s1.everything.json", "schema 1, 1 steps, 0 layers"),
    ("v2s2.manifest.json", "docker image, config b5b2b2c5, 3 layers gzip"),
    ("v2s2nomime.manifest.json", "docker image, config b5b2b2c5, 0 layers "),
    ("v2s2.everything.json", "docker image, config aaaaaaaa, 1 layers gzip"),
    ("v2s2.uncompressed.manifest.json", "docker image, config b5b2b2c5, 3 layers tar"),
    ("v2s2.nondistributable.gzip.manifest.json", "docker image, config b5b2b2c5, 1 layers !gzip"),
    ("v2list.manifest.json", "docker index: linux/ppc64le linux/amd64 linux/s390x linux/arm/armv7 linux/arm64/armv8"),
    ("v2list.everything.json", "docker index: b/a/e:c"),
    (
        "schema2list.json",
        "docker index: linux/amd64 linux/arm/v5 linux/arm/v6 linux/arm64/v8 linux/386 linux/ppc64le linux/s390x",
    ),
    ("schema2list-variants.json", "docker index: linux/amd64 linux/arm/v6 linux/arm/unrecognized-present linux/arm"),
    (
        "ocilist-variants.json",
        "oci index: linux/amd64 linux/arm/v7 linux/arm/v6 linux/arm/v6 linux/arm/unrecognized-present linux/arm",
    ),
    (
        "oci1.index.zstd-selection.json",
        "oci index: linux/amd64 linux/amd64 linux/arm64 linux/arm64 linux/s390x linux/amd64",
    ),
    ("oci1.index.everything.json", "oci index: b/a/e:C"),
    ("oci1index.json", "oci index: linux/ppc64le linux/amd64 linux/arm64"),
    ("ociv1.image.index.json", "oci index: linux/ppc64le linux/amd64"),
    ("ociv1nomime.image.index.json", "oci index: linux/ppc64le linux/amd64"),
    ("ociv1.manifest.json", "oci image, config b5b2b2c5, 3 layers tar+gzip"),
    ("ociv1nomime.manifest.json", "oci image, config b5b2b2c5, 3 layers tar+gzip"),
    ("ociv1.artifact.json", "artifact application/vnd.oci.custom.artifact.config.v1+json"),
    ("ociv1nomime.artifact.json", "artifact application/vnd.oci.custom.artifact.config.v1+json"),
    ("ociv1.everything.json", "artifact application/our-artifact"),
    ("ociv1.zstd.manifest.json", "oci image, config b5b2b2c5, 3 layers tar+zstd"),
    ("ociv1.uncompressed.manifest.json", "oci image, config b5b2b2c5, 3 layers tar"),
    ("ociv1.nondistributable.zstd.manifest.json", "oci image, config b5b2b2c5, 1 layers !tar+zstd"),
    ("ociv1.invalid.mediatype.manifest.json", "oci image, config b5b2b2c5, 3 layers tar+unknown,tar+gzip"),
    ("unknown-version.manifest.json", "refused: unknown manifest type 'schemaVersion 99999'"),
    ("non-json.manifest.json", "refused: not a manifest: expected value at line 1 column 1"),
    ("dir-img-cosign-valid.manifest.json", "docker image, config 96176967, 1 layers gzip"),
    ("dir-img-cosign-modified-manifest.manifest.json", "docker image, config 96176967, 1 layers gzip"),
    (
        "postgres-17.11.index.json",
        "oci index: linux/amd64 linux/arm/v5 linux/arm/v7 linux/arm64/v8 linux/386 linux/ppc64le linux/riscv64 \
         linux/s390x and 8 attestations",
    ),
];

fn is_config(file: &str) -> bool {
    file.ends_with("-config.json") && file != "schema1-for-oci-config.json" || file == "oci1-config-extra-fields.json"
}

/// A sample in a line.
fn told(file: &str, bytes: &[u8]) -> String {
    if is_config(file) {
        return match config::parse(bytes) {
            Ok(config) => {
                let platform = config.platform.as_ref().map(ToString::to_string).unwrap_or_default();
                let made = config.history.iter().filter(|entry| !entry.empty).count();
                let (steps, diff_ids) = (config.history.len(), config.diff_ids.len());
                format!("config {platform}, {steps} steps, {made} not empty, {diff_ids} diff_ids")
            }
            Err(error) => format!("refused: {error}"),
        };
    }
    match manifest::parse(bytes, None) {
        Ok(ManifestFacts::Image(image)) => {
            let types = image.layers.iter().map(|layer| {
                let foreign = if media_type::is_foreign_layer(&layer.media_type) { "!" } else { "" };
                format!("{foreign}{}", layer.media_type.rsplit('.').next().unwrap_or_default())
            });
            let mut types: Vec<String> = types.collect();
            types.dedup();
            let (config, layers) = (image.config.0.hex(), image.layers.len());
            format!("{} image, config {}, {layers} layers {}", family(&image.media_type), &config[..8], types.join(","))
        }
        Ok(ManifestFacts::Schema1 { layers, config }) => {
            format!("schema 1, {} steps, {} layers", config.history.len(), layers.len())
        }
        Ok(ManifestFacts::Index { media_type, children, .. }) => {
            let (attestations, images): (Vec<_>, Vec<_>) = children.iter().partition(|child| child.is_attestation());
            let platforms = images.iter().map(|child| child.platform.as_ref().map(ToString::to_string));
            let platforms: Vec<String> = platforms.map(Option::unwrap_or_default).collect();
            let others = match attestations.len() {
                0 => String::new(),
                count => format!(" and {count} attestations"),
            };
            format!("{} index: {}{others}", family(&media_type), platforms.join(" "))
        }
        Ok(ManifestFacts::Artifact { artifact_type }) => format!("artifact {artifact_type}"),
        Ok(facts @ ManifestFacts::Attestation { .. }) => facts.kind().to_owned(),
        Err(error) => format!("refused: {error}"),
    }
}

fn family(media_type: &str) -> &str {
    if media_type.contains(".oci.") { "oci" } else { "docker" }
}

fn image(samples: &Samples, file: &str) -> ImageManifest {
    match manifest::parse(&samples.read(file), None) {
        Ok(ManifestFacts::Image(image)) => image,
        other => panic!("{file}: {other:?}"),
    }
}

fn schema_1(samples: &Samples, file: &str) -> Image {
    let bytes = samples.read(file);
    match manifest::parse(&bytes, None) {
        Ok(ManifestFacts::Schema1 { layers, config }) => Image::from_schema1(schema1::digest(&bytes), &layers, &config),
        other => panic!("{file}: {other:?}"),
    }
}

fn config(samples: &Samples, file: &str) -> ConfigFacts {
    config::parse(&samples.read(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn blobs(image: &Image) -> Vec<Digest> {
    image.layers.iter().filter_map(|layer| layer.blob).map(|blob| blob.0).collect()
}

#[test]
fn every_sample_is_what_the_list_says() {
    let Some(samples) = Samples::open() else { return };
    let listed: Vec<String> = samples.rows().into_iter().map(|row| row.file).collect();
    let expected: Vec<&str> = EXPECTED.iter().map(|(file, _)| *file).collect();
    assert_eq!(listed, expected, "the list and this table name the same files");
    for (row, (file, expected)) in samples.rows().iter().zip(EXPECTED) {
        let bytes = samples.read(file);
        assert_eq!(bytes.len(), row.bytes, "{file}");
        assert_eq!(Digest::sha256(&bytes).short(), row.sha256, "{file}");
        assert_eq!(told(file, &bytes), *expected, "{file}");
    }
}

/// Manifests of one image, each with the config whose digest it names.
#[test]
fn manifests_and_the_configs_they_name() {
    let Some(samples) = Samples::open() else { return };
    let check = |manifest: &str, with: &str, matches: bool, pairs: bool| {
        let (facts, bytes) = (image(&samples, manifest), samples.read(with));
        assert_eq!(facts.config.0.matches(&bytes), matches, "{manifest}");
        let config = config(&samples, with);
        let image = Image::from_manifest(None, &facts, Some(&config));
        // The config speaks for the layers; blobs join it where counts agree.
        assert_eq!(image.layers.len(), config.diff_ids.len(), "{manifest}");
        assert_eq!(image.teaches_pairs(), pairs, "{manifest}");
        assert_eq!(blobs(&image).len(), if pairs { facts.layers.len() } else { 0 }, "{manifest}");
    };
    for file in ["schema2", "oci1", "oci1-to-schema2", "schema2-all-media-types", "oci1.encrypted"] {
        check(&format!("{file}.json"), "schema2-config.json", true, true);
    }
    check("schema2-invalid-media-type.json", "schema2-config.json", true, true);
    check("oci1.json", "oci1-config.json", true, true);
    check("oci1-extra-config-fields.json", "oci1-config-extra-fields.json", true, true);
    check("oci1-all-media-types.json", "oci1-all-media-types-config.json", true, true);
    // One layer here, five in the config: nothing is paired.
    check("oci1-invalid-media-type.json", "schema2-config.json", true, false);
    // Bytes that were written anew have another digest: never the config.
    check("schema2-to-oci1.json", "schema2-to-oci1-config.json", false, true);
    check("schema1-to-schema2.json", "schema1-to-schema2-config.json", false, true);
    check("schema1-to-oci1.json", "schema1-to-oci1-config.json", false, true);
}

#[test]
fn one_image_in_every_format_has_the_same_layers_and_steps() {
    let Some(samples) = Samples::open() else { return };
    let schema2 = Image::from_manifest(None, &image(&samples, "schema2.json"), None);
    for file in ["oci1.json", "oci1-to-schema2.json", "schema2-to-oci1.json"] {
        let other = Image::from_manifest(None, &image(&samples, file), None);
        assert_eq!(blobs(&other), blobs(&schema2), "{file}");
    }
    let steps = config(&samples, "schema2-config.json").history;
    for file in ["schema2-to-schema1-by-docker.json", "oci1-to-schema1.json"] {
        let other = schema_1(&samples, file);
        assert_eq!(blobs(&other), blobs(&schema2), "{file}");
        let texts = |history: &[forebear_image::HistoryEntry]| -> Vec<(String, bool)> {
            history.iter().map(|entry| (entry.created_by.clone(), entry.empty)).collect()
        };
        assert_eq!(texts(&other.history.unwrap_or_default()), texts(&steps), "{file}");
    }
    // Encrypted blobs are other blobs.
    let encrypted = Image::from_manifest(None, &image(&samples, "oci1.encrypted.json"), None);
    assert!(blobs(&encrypted).iter().all(|blob| !blobs(&schema2).contains(blob)));
    // The six layers of an image of before throwaway entries.
    let old = schema_1(&samples, "schema1.json");
    let new = Image::from_manifest(None, &image(&samples, "schema1-to-schema2.json"), None);
    assert_eq!(blobs(&old), blobs(&new));
    // An empty layer that is not marked throwaway stays a layer.
    let empty = blobs(&schema_1(&samples, "schema1-for-oci-config.json"));
    assert_eq!(empty.iter().filter(|blob| blob.hex().starts_with("a3ed95caeb02")).count(), 2);
}

#[test]
fn a_signed_manifest_has_the_digest_of_its_payload() {
    let Some(samples) = Samples::open() else { return };
    let digest = |file: &str| schema1::digest(&samples.read(file)).map(|digest| digest.0.short());
    assert_eq!(digest("v2s1.manifest.json").as_deref(), Some("7364fea9d84e"));
    assert_eq!(digest("v2s1-unsigned.manifest.json").as_deref(), Some("7364fea9d84e"));
    let signed = schema_1(&samples, "v2s1.manifest.json");
    assert_eq!(signed, schema_1(&samples, "v2s1-unsigned.manifest.json"));
    let plain = |file: &str| ManifestDigest::of(&samples.read(file)).0.short();
    assert_ne!(plain("v2s1.manifest.json"), "7364fea9d84e");
    assert_eq!(plain("v2s2.manifest.json"), "20bf21ed457b");
    // The same content in other bytes is another manifest of the same image.
    let (valid, changed) = ("dir-img-cosign-valid.manifest.json", "dir-img-cosign-modified-manifest.manifest.json");
    assert_eq!(image(&samples, valid), image(&samples, changed));
    assert_ne!(plain(valid), plain(changed));
}

#[test]
fn entries_of_one_platform_are_kept_apart() {
    let Some(samples) = Samples::open() else { return };
    for file in ["ocilist-variants.json", "oci1.index.zstd-selection.json", "schema2list-variants.json"] {
        let Ok(ManifestFacts::Index { children, .. }) = manifest::parse(&samples.read(file), None) else {
            panic!("{file}")
        };
        let digests: std::collections::BTreeSet<_> = children.iter().map(|child| child.digest).collect();
        assert_eq!(digests.len(), children.len(), "{file}");
        let zstd = children.iter().filter(|c| c.annotations.contains_key("io.github.containers.compression.zstd"));
        assert_eq!(zstd.count() > 0, file != "schema2list-variants.json", "{file}");
    }
    let v2list = manifest::parse(&samples.read("v2list.manifest.json"), None);
    let Ok(ManifestFacts::Index { children, .. }) = v2list else { panic!("{v2list:?}") };
    assert!(children.iter().all(|child| child.media_type == media_type::SCHEMA1));
}

#[test]
fn declared_bases_stand_in_the_entries_of_an_index() {
    let Some(samples) = Samples::open() else { return };
    let bytes = samples.read("postgres-17.11.index.json");
    let Ok(ManifestFacts::Index { children, .. }) = manifest::parse(&bytes, None) else { panic!("no index") };
    let images: Vec<_> = children.iter().filter(|child| !child.is_attestation()).collect();
    let mut bases = std::collections::BTreeSet::new();
    for child in &images {
        let mut image = Image::unread();
        image.declare_from(&child.annotations);
        let [declared] = &image.declared[..] else { panic!("{child:?}") };
        assert_eq!(declared.name.as_deref(), Some("debian:trixie-slim"));
        bases.extend(declared.digest);
    }
    assert_eq!(bases.len(), images.len(), "each platform has a base of its own");
}

#[test]
fn a_step_without_text_is_a_step() {
    let Some(samples) = Samples::open() else { return };
    let config = config(&samples, "schema1-to-schema2-config.json");
    assert_eq!(config.history.first().map(|entry| entry.created_by.as_str()), Some(""));
    let steps = forebear_image::history::align(&config.history, config.diff_ids.len());
    // The topmost is a USER with a layer of its own, which is doubtful.
    let links: Vec<LayerLink> = steps.iter().map(|step| step.link).collect();
    assert_eq!(links, (0..5).map(LayerLink::Made).chain([LayerLink::Uncertain(5)]).collect::<Vec<_>>());
    // The last step of a tool that does not write `/bin/sh -c`.
    let last = self::config(&samples, "oci1-all-media-types-config.json").history.pop();
    assert!(last.is_some_and(|entry| !entry.created_by.is_empty() && !entry.created_by.starts_with("/bin/sh -c")));
}
