//! The chain of digests that the builder makes, and what it writes in between.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Read as _;

use forebear_image::facts::ManifestFacts;
use forebear_image::{Digest, manifest};
use forebear_testkit::image::attestation;
use forebear_testkit::{Builder, Compression, Format, History, Image, ImageBuilder, LayerContent};
use serde_json::json;

fn alpine() -> Image {
    ImageBuilder::scratch("linux/amd64").builder(Builder::Legacy).add_rootfs("alpine 3.19").cmd(&["/bin/sh"]).build()
}

/// manifest → config → diff_ids → layers, every link hashed.
#[track_caller]
fn chain_holds(image: &Image) {
    assert!(image.manifest_digest.0.matches(&image.manifest));
    let facts = manifest::parse(&image.manifest, None).unwrap();
    let ManifestFacts::Image(facts) = facts else { panic!("no image: {facts:?}") };
    assert_eq!(facts.media_type, image.media_type);
    assert_eq!(facts.config, image.config_digest);
    assert_eq!(facts.config_size, image.config.len() as u64);
    assert!(image.config_digest.0.matches(&image.config));
    let config = forebear_image::config::parse(&image.config).unwrap();
    assert_eq!(config.diff_ids, image.diff_ids());
    assert_eq!(config.platform.as_ref(), Some(&image.platform));
    assert_eq!(facts.layers.len(), image.layers.len());
    for (listed, layer) in facts.layers.iter().zip(&image.layers) {
        assert_eq!((listed.digest, listed.size), (layer.digest, Some(layer.size)));
        let blob = layer.blob.as_ref().unwrap();
        assert!(layer.digest.0.matches(blob));
        let mut tar = Vec::new();
        if listed.media_type.ends_with("gzip") {
            flate2::read::GzDecoder::new(&blob[..]).read_to_end(&mut tar).unwrap();
        } else if listed.media_type.ends_with("zstd") {
            tar = zstd::decode_all(&blob[..]).unwrap();
        } else {
            tar = blob.to_vec();
        }
        assert!(layer.diff_id.0.matches(&tar));
    }
}

#[test]
fn every_link_of_the_chain_is_true() {
    let base = alpine();
    let child = ImageBuilder::from(&base).run("apk add python3").copy("app.py", "/app/").workdir("/app").build();
    for image in [&base, &child, &child.recompressed(), &child.with_compression(Compression::Zstd), &child.squashed()] {
        chain_holds(image);
        chain_holds(&image.with_format(Format::Docker));
    }
    let arm = ImageBuilder::scratch("linux/arm/v7").format(Format::Docker).add_rootfs("alpine 3.19").build();
    chain_holds(&arm);
    assert_ne!(arm.diff_ids(), base.diff_ids());
}

#[test]
fn a_child_begins_with_its_parent() {
    let base = alpine();
    let child = ImageBuilder::from(&base).env("A", "1").run("make").build();
    assert_eq!(child.layers[..1], base.layers[..]);
    assert_eq!(child.history[..2], base.history[..]);
    assert!(child.history[2].created > base.history[1].created);
    assert!(child.history[3].created > child.history[2].created);
    assert_eq!(ImageBuilder::from(&base).build().config_digest, base.config_digest, "no step, no change");
}

#[test]
fn rebuilds_differ_and_cached_builds_do_not() {
    let base = alpine();
    let build = |time: &str| ImageBuilder::from(&base).at(time).run("make").copy("a", "/").build();
    let (first, again, later) =
        (build("2024-03-01T00:00:00Z"), build("2024-03-01T00:00:00Z"), build("2024-03-02T00:00:00Z"));
    assert_eq!(first, again);
    assert_ne!(first.layers[1], later.layers[1]);
    assert_ne!(first.history[2].created, later.history[2].created);
    assert_eq!(first.history[2].created_by, later.history[2].created_by);
    let hit = ImageBuilder::from(&base).at("2024-03-02T00:00:00Z").cached(&first.layers[1]).run("make other").build();
    assert_eq!(hit.layers[1], first.layers[1]);
}

#[test]
fn spelling_of_both_builders() {
    fn build(builder: Builder) -> Vec<String> {
        let base = ImageBuilder::scratch("linux/amd64").build();
        let image = ImageBuilder::from(&base)
            .builder(builder)
            .arg("VERSION", "1.2 3")
            .run("make && echo \"x\"")
            .envs(&[("A", "1"), ("B", "x y")])
            .cmd(&["nginx", "-g", "daemon \"off\";"])
            .expose(&["80", "443/tcp", "53/udp"])
            .volume(&["/data", "/x y"])
            .healthcheck("true", 10, 3)
            .shell(&["/bin/bash", "-ec"])
            .run("true")
            .workdir("/w")
            .copy("a b", "/to/")
            .maintainer("N <n@example.com>")
            .onbuild("COPY . /src")
            .build();
        image.history.iter().map(|entry| entry.created_by.clone()).collect()
    }
    assert_eq!(
        build(Builder::BuildKit),
        [
            "ARG VERSION=1.2 3",
            "RUN |1 VERSION=1.2 3 /bin/sh -c make && echo \"x\" # buildkit",
            "ENV A=1 B=x y",
            r#"CMD ["nginx" "-g" "daemon \"off\";"]"#,
            "EXPOSE map[443/tcp:{} 53/udp:{} 80/tcp:{}]",
            "VOLUME [/data /x y]",
            "HEALTHCHECK &{[\"CMD-SHELL\" \"true\"] \"10s\" \"3s\" \"0s\" '\\x00'}",
            "SHELL [/bin/bash -ec]",
            "RUN |1 VERSION=1.2 3 /bin/bash -ec true # buildkit",
            "WORKDIR /w",
            "COPY a b /to/ # buildkit",
            "MAINTAINER N <n@example.com>",
        ]
    );
    let legacy = build(Builder::Legacy);
    assert_eq!(legacy[0], "/bin/sh -c #(nop)  ARG VERSION=1.2 3");
    assert_eq!(legacy[1], "|1 VERSION=1.2 3 /bin/sh -c make && echo \"x\"");
    assert_eq!(legacy[4], "/bin/sh -c #(nop)  EXPOSE 443/tcp 53/udp 80");
    assert_eq!(legacy[7], "/bin/bash -ec #(nop)  SHELL [/bin/bash -ec]");
    assert_eq!(legacy[9], "/bin/bash -ec #(nop) WORKDIR /w");
    assert!(legacy[10].starts_with("/bin/bash -ec #(nop) COPY multi:") && legacy[10].ends_with(" in /to/ "));
    assert_eq!(legacy[12], "/bin/bash -ec #(nop)  ONBUILD COPY . /src");
}

#[test]
fn settings_follow_the_steps() {
    let base = ImageBuilder::from(&alpine()).env("A", "1").env("B", "2").onbuild("RUN x").build();
    let child = ImageBuilder::from(&base)
        .env("A", "3")
        .label("k", "v")
        .entrypoint(&["/run"])
        .expose(&["80"])
        .user("me")
        .stop_signal("SIGINT")
        .build();
    let config = forebear_image::config::parse(&child.config).unwrap().runtime;
    assert_eq!(config.env, ["A=3", "B=2"]);
    assert_eq!(config.cmd, None, "ENTRYPOINT drops the parent's CMD");
    assert_eq!(config.entrypoint, Some(vec!["/run".to_owned()]));
    assert!(config.exposed_ports.contains("80/tcp"));
    assert_eq!(config.labels["k"], "v");
    assert_eq!((config.user.as_deref(), config.stop_signal.as_deref()), (Some("me"), Some("SIGINT")));
    assert!(config.on_build.is_empty());
    assert_eq!(forebear_image::config::parse(&base.config).unwrap().runtime.on_build, ["RUN x"]);
}

#[test]
fn a_history_can_be_anything() {
    let with = |history: History| ImageBuilder::copy_of(&alpine()).history(history).build();
    let raw = |image: &Image| serde_json::from_slice::<serde_json::Value>(&image.config).unwrap();
    assert_eq!(raw(&with(History::Null))["history"], json!(null));
    assert!(raw(&with(History::Missing)).get("history").is_none());
    assert_eq!(with(History::WithoutEmpty).history.len(), 1);
    assert!(with(History::WithoutCreated).history.iter().all(|entry| entry.created.is_none()));
    assert_eq!(with(History::Raw(json!([{"created_by": "x"}]))).history[0].created_by, "x");
    assert_eq!(alpine().without_history().diff_ids(), alpine().diff_ids());
    let odd = ImageBuilder::copy_of(&alpine()).raw_config(b"{\"os\": 7").build();
    assert_eq!(&odd.config[..], b"{\"os\": 7");
    assert!(odd.config_digest.0.matches(&odd.config));
    let plain =
        ImageBuilder::scratch("linux/amd64").unrecorded_layer("x").raw_step(json!({"comment": "c"}), true).build();
    assert_eq!((plain.layers.len(), plain.history.len()), (2, 1));
}

#[test]
fn other_forms_keep_what_they_should() {
    let image = ImageBuilder::from(&alpine()).run("make").content(LayerContent::Empty).run("true").build();
    let again = image.recompressed();
    assert_eq!(again.config_digest, image.config_digest);
    assert!(again.layers.iter().zip(&image.layers).all(|(a, b)| a.digest != b.digest && a.diff_id == b.diff_id));
    let squashed = image.squashed();
    assert_eq!((squashed.layers.len(), squashed.history.len()), (1, 5));
    assert_eq!(squashed.history.iter().filter(|entry| !entry.empty).count(), 1);
    let stub = ImageBuilder::scratch("linux/amd64").absent_layers().add_rootfs("x").build();
    assert!(stub.layers[0].blob.is_none());
    assert_eq!(stub.recompressed().diff_ids(), stub.diff_ids());
}

#[test]
fn an_attestation_is_an_artefact() {
    let proof = attestation(&alpine(), &[("alpine@3.19", Digest::sha256(b"x"))]);
    assert!(matches!(manifest::parse(&proof.manifest, None).unwrap(), ManifestFacts::Artifact { .. }));
    assert!(proof.platform.is_unknown());
}
