//! Entries that leave things out, and entries that are no images.

use forebear_image::descend::{Choice, Descent, EntryKind, Needs, Otherwise};
use forebear_image::{Digest, ManifestFacts, Platform, manifest};
use serde_json::{Value, json};

use crate::shelf::{self, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, Shelf, UNASKED, entry};

/// Goes down; what was reached, or why nothing was, and what was asked for on
/// the way: `m` for a manifest, `c` for a config.
#[track_caller]
fn check(shelf: &Shelf, root: Digest, wanted: Option<&str>, expected: Result<(Digest, &str), &str>, asked: &str) {
    let platform = wanted.map(|text| text.parse::<Platform>().unwrap());
    let (descended, needs) =
        shelf.walk(Descent::new(Choice { wanted: platform.as_ref(), otherwise: Otherwise::Default }), root);
    let got = match descended.image {
        Ok(image) => {
            Ok((image.manifest_digest.unwrap().0, image.platform.map(|own| own.to_string()).unwrap_or_default()))
        }
        Err(error) => Err(error.to_string()),
    };
    let expected = expected.map(|(digest, text)| (digest, text.to_owned())).map_err(str::to_owned);
    assert_eq!(got, expected, "{wanted:?}");
    let letter = |needs: &Needs| match needs {
        Needs::Manifest(_) => 'm',
        Needs::Config { .. } => 'c',
        Needs::Attestation(_) | Needs::Statement(_) => '?',
    };
    assert_eq!(needs.iter().map(letter).collect::<String>(), asked, "{wanted:?}");
}

/// P19: entries that name no platform are asked by their configs.
#[test]
fn p19_entries_without_platforms() {
    let mut shelf = Shelf::default();
    let [arm, amd] = ["linux/arm64", "linux/amd64"].map(|platform| shelf.image(platform, 1));
    let none = shelf.index(&[entry(arm, None), entry(amd, None)]);
    check(&shelf, none, None, Ok((amd, "linux/amd64")), "mcmc");
    check(&shelf, none, Some("linux/arm64"), Ok((arm, "linux/arm64")), "mc");
    let offers = "it has no image for linux/s390x; it offers linux/arm64, linux/amd64";
    check(&shelf, none, Some("linux/s390x"), Err(offers), "mcmc");
    // What says that it fits goes first, and is all that is asked.
    let half = shelf.index(&[entry(arm, Some("linux/arm64")), entry(amd, None)]);
    check(&shelf, half, None, Ok((amd, "linux/amd64")), "mc");
    check(&shelf, half, Some("linux/arm64"), Ok((arm, "linux/arm64")), "mc");
    let last = shelf.index(&[entry(arm, None), entry(amd, Some("linux/amd64"))]);
    check(&shelf, last, None, Ok((amd, "linux/amd64")), "mc");
    // P210: by digest it has to be said which, and what there is is told.
    let (descended, _) = shelf.walk(Descent::new(Choice { wanted: None, otherwise: Otherwise::Nothing }), none);
    let told = descended.image.unwrap_err().to_string();
    assert_eq!(told, "it offers several platforms: linux/arm64, linux/amd64");
    // One that is listed twice is one image.
    let twice = shelf.index(&[entry(arm, Some("linux/arm64")), entry(arm, None)]);
    check(&shelf, twice, None, Ok((arm, "linux/arm64")), "mc");
}

/// P21: what an entry leaves out its config tells.
#[test]
fn p21_entries_that_say_less_than_their_configs() {
    let mut shelf = Shelf::default();
    let [six, amd, win] =
        ["linux/arm/v6", "linux/amd64", "windows/amd64:10.0.17763.1"].map(|platform| shelf.image(platform, 1));
    let app = shelf.index(&[entry(six, Some("linux/arm")), entry(amd, Some("linux/amd64"))]);
    for wanted in ["linux/arm/v6", "linux/arm/v7", "linux/arm"] {
        check(&shelf, app, Some(wanted), Ok((six, "linux/arm/v6")), "mc");
    }
    let offers = "it has no image for linux/arm/v5; it offers linux/arm/v6, linux/amd64";
    check(&shelf, app, Some("linux/arm/v5"), Err(offers), "mc");
    let app = shelf.index(&[entry(win, Some("windows/amd64")), entry(amd, Some("linux/amd64"))]);
    for wanted in ["windows/amd64", "windows/amd64:10.0.17763", "windows/amd64:10.0.17763.1"] {
        check(&shelf, app, Some(wanted), Ok((win, "windows/amd64:10.0.17763.1")), "mc");
    }
    let offers = "it has no image for windows/amd64:10.0.20348; it offers windows/amd64:10.0.17763.1, linux/amd64";
    check(&shelf, app, Some("windows/amd64:10.0.20348"), Err(offers), "mc");
}

/// P211: of several that leave out the same, the one that fits best is meant.
#[test]
fn p211_several_entries_that_leave_the_variant_out() {
    let mut shelf = Shelf::default();
    let variants = ["linux/arm/v5", "linux/arm/v7", "linux/arm/v6"];
    let [five, seven, six] = variants.map(|platform| shelf.image(platform, 1));
    let app = shelf.index(&[five, seven, six].map(|image| entry(image, Some("linux/arm"))));
    check(&shelf, app, Some("linux/arm/v7"), Ok((seven, "linux/arm/v7")), "mcmc");
    check(&shelf, app, Some("linux/arm/v6"), Ok((six, "linux/arm/v6")), "mcmcmc");
    check(&shelf, app, Some("linux/arm/v5"), Ok((five, "linux/arm/v5")), "mc");
    // One that says it goes before those that may be it.
    let app = shelf.index(&[entry(six, Some("linux/arm")), entry(seven, Some("linux/arm/v7"))]);
    check(&shelf, app, Some("linux/arm/v7"), Ok((seven, "linux/arm/v7")), "mc");
}

/// P212: where an entry and a config disagree the entry counts, and neither
/// hides the image.
#[test]
fn p212_entry_and_config_disagree() {
    let mut shelf = Shelf::default();
    // Built on another machine, whose architecture stayed in the config.
    let cross = shelf.image("linux/amd64", 1);
    let amd = shelf.image("linux/amd64", 2);
    let app = shelf.index(&[entry(cross, Some("linux/arm64")), entry(amd, Some("linux/amd64"))]);
    check(&shelf, app, Some("linux/arm64"), Ok((cross, "linux/arm64")), "mc");
    check(&shelf, app, None, Ok((amd, "linux/amd64")), "mc");
    // The config says a newer variant than the entry lets one expect.
    let newer = shelf.image("linux/amd64/v3", 1);
    let app = shelf.index(&[entry(newer, Some("linux/amd64")), entry(cross, Some("linux/arm64"))]);
    check(&shelf, app, None, Ok((newer, "linux/amd64/v3")), "mc");
    let plain = shelf.index(&[entry(newer, Some("linux/amd64")), entry(amd, Some("linux/amd64"))]);
    check(&shelf, plain, None, Ok((amd, "linux/amd64")), "mcmc");
}

/// P213: an entry that may be meant and cannot be read hides no other.
#[test]
fn p213_one_of_several_that_is_not_there() {
    let mut shelf = Shelf::default();
    let amd = shelf.image("linux/amd64", 1);
    let gone = Digest::sha256(b"gone");
    let app = shelf.index(&[entry(gone, None), entry(amd, None)]);
    check(&shelf, app, None, Ok((amd, "linux/amd64")), "mmc");
    let app = shelf.index(&[entry(gone, None), entry(gone, None)]);
    check(&shelf, app, None, Err(&format!("its manifest {gone} is not there")), "m");
    // What says that it is meant is, there or not.
    let app = shelf.index(&[entry(gone, Some("linux/amd64")), entry(amd, None)]);
    check(&shelf, app, None, Err(&format!("its manifest {gone} is not there")), "m");
}

fn of_type(artifact_type: &str, digest: Digest) -> Value {
    let mut entry = entry(digest, None);
    entry["artifactType"] = json!(artifact_type);
    entry
}

fn artifact(shelf: &mut Shelf, artifact_type: &str) -> Digest {
    shelf.put(&json!({
        "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": artifact_type,
        "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": Digest::sha256(b"{}").to_string(), "size": 2},
        "layers": [{"mediaType": artifact_type, "digest": Digest::sha256(b"x").to_string(), "size": 1}],
    }))
}

/// P50: lists of artifacts.
#[test]
fn p50_lists_of_artifacts() {
    let mut shelf = Shelf::default();
    let [bundle, sbom] = ["application/vnd.dev.sigstore.bundle.v0.3+json", "application/spdx+json"];
    let digests = [bundle, sbom].map(|own| artifact(&mut shelf, own));
    let list = shelf.index(&[of_type(bundle, digests[0]), of_type(sbom, digests[1])]);
    let told = format!("it is no image but a list of 2 artifacts ({bundle}, {sbom})");
    check(&shelf, list, None, Err(&told), "");
    check(&shelf, list, Some("linux/amd64"), Err(&told), "");
    // P214: as go-containerregistry writes the fallback tag, without their types.
    let silent = shelf.index(&digests.map(|digest| entry(digest, None)));
    check(&shelf, silent, None, Err(&told), "mm");
    let one = shelf.index(&[of_type(sbom, digests[1])]);
    check(&shelf, one, None, Err("it is no image but a list of 1 artifact (application/spdx+json)"), "");
    let empty = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "artifactType": "a/collection", "manifests": []});
    let empty = shelf.put(&empty);
    check(&shelf, empty, None, Err("it is no image but an empty list of artifacts (a/collection)"), "");
    // An artifactType makes a manifest an artifact, in an image's clothes too.
    let config = shelf.put(&json!({}));
    let mut clothed = shelf::manifest(config, &json!({}));
    clothed["artifactType"] = json!("application/vnd.example.rules.v1");
    let clothed = shelf.put(&clothed);
    check(&shelf, clothed, None, Err("it is no image but application/vnd.example.rules.v1"), "");
}

/// P215: artifacts beside images, told or not, are passed by.
#[test]
fn p215_artifacts_beside_images() {
    let mut shelf = Shelf::default();
    let arm = shelf.image("linux/arm64", 1);
    let sbom = artifact(&mut shelf, "application/spdx+json");
    let told = shelf.index(&[of_type("application/spdx+json", sbom), entry(arm, Some("linux/arm64"))]);
    check(&shelf, told, None, Ok((arm, "linux/arm64")), "mc");
    let untold = shelf.index(&[entry(sbom, None), entry(arm, Some("linux/arm64"))]);
    check(&shelf, untold, None, Ok((arm, "linux/arm64")), "mmc");
    // P216: a list of referrers states an image's config type in that place.
    let listed = shelf.index(&[of_type(OCI_CONFIG, arm)]);
    check(&shelf, listed, None, Ok((arm, "linux/arm64")), "mc");
    // P217: entries of a type that is not known.
    let mut unknown = entry(Digest::sha256(b"unknown"), Some("linux/amd64"));
    unknown["mediaType"] = json!("application/x-unknown");
    let mixed = shelf.index(&[unknown.clone(), entry(arm, Some("linux/arm64"))]);
    check(&shelf, mixed, None, Ok((arm, "linux/arm64")), "mc");
    let (descended, _) = shelf.walk(Descent::new(UNASKED), mixed);
    let told: Vec<String> = descended.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [format!(
            "in its index sha256:{}, manifests has entries of an unknown type, which are left out: \"application/x-unknown\"",
            mixed.hex()
        )]
    );
    let alone = shelf.index(&[unknown]);
    let told = "it is no image but an index whose entries are of unknown types (application/x-unknown)";
    check(&shelf, alone, None, Err(told), "");
}

/// P53: a build cache, as buildx writes it.
#[test]
fn p53_a_build_cache() {
    let mut shelf = Shelf::default();
    let part = |media_type: &str| json!({"mediaType": media_type, "digest": Digest::sha256(media_type.as_bytes()).to_string(), "size": 3});
    let config = "application/vnd.buildkit.cacheconfig.v0";
    let told = format!("it is no image but a build cache ({config})");
    for layer in [shelf::LAYER, "application/vnd.docker.image.rootfs.diff.tar.gzip"] {
        let cache = shelf.index(&[part(layer), part(config)]);
        check(&shelf, cache, None, Err(&told), "");
        check(&shelf, cache, Some("linux/arm64"), Err(&told), "");
    }
    let as_manifest =
        json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": part(config), "layers": [part(shelf::LAYER)]});
    let as_manifest = shelf.put(&as_manifest);
    check(&shelf, as_manifest, None, Err(&told), "");
}

/// P218: of two entries of one platform, one of them another tool's form of the
/// image, the ordinary one is meant.
#[test]
fn p218_another_tools_form_of_the_image() {
    let mut shelf = Shelf::default();
    let plain = shelf.image("linux/amd64", 1);
    let other = shelf.image("linux/amd64", 2);
    let mut nydus = entry(other, Some("linux/amd64"));
    nydus["platform"]["os.features"] = json!(["nydus.remoteimage.v1"]);
    let annotated = |key: &str, value: &str| {
        let mut entry = entry(other, Some("linux/amd64"));
        entry["annotations"] = json!({key: value});
        entry
    };
    let zstd = annotated("io.github.containers.compression.zstd", "true");
    let soci = annotated("com.amazon.soci.index-digest", "sha256:00");
    let accelerated = annotated("io.goharbor.artifact.v1alpha1.acceleration.driver.name", "nydus");
    for form in [nydus, zstd, soci, accelerated] {
        let before = shelf.index(&[form.clone(), entry(plain, Some("linux/amd64"))]);
        check(&shelf, before, None, Ok((plain, "linux/amd64")), "mc");
        // Alone it is the image.
        let alone = shelf.index(&[form]);
        check(&shelf, alone, Some("linux/amd64"), Ok((other, "linux/amd64")), "mc");
    }
    // P219: a twin that only its layers tell.
    let config = shelf.put(&shelf::config("linux/amd64", 3));
    let mut twin = shelf::manifest(config, &json!({}));
    twin["layers"][0]["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+zstd");
    let twin = shelf.put(&twin);
    let both = shelf.index(&[entry(twin, Some("linux/amd64")), entry(plain, Some("linux/amd64"))]);
    check(&shelf, both, None, Ok((plain, "linux/amd64")), "mcmc");
}

/// P220: what an index says of an entry it is, is decided once.
#[test]
fn p220_kinds_of_entries() {
    #[track_caller]
    fn check(media_type: &str, artifact_type: Option<&str>, expected: EntryKind) {
        let entry =
            json!({"mediaType": media_type, "digest": Digest::sha256(b"x").to_string(), "artifactType": artifact_type});
        let document = json!({"schemaVersion": 2, "manifests": [entry, {"digest": Digest::sha256(b"y").to_string()}]});
        let Ok(ManifestFacts::Index { children, .. }) = manifest::parse(document.to_string().as_bytes(), None) else {
            panic!("{document}")
        };
        assert_eq!(EntryKind::of(&children[0]), expected, "{document}");
    }
    check(OCI_MANIFEST, Some("application/spdx+json"), EntryKind::Artifact);
    check(OCI_INDEX, Some("a/b"), EntryKind::Artifact);
    check("", Some("a/b"), EntryKind::Artifact);
    check("", None, EntryKind::Untyped);
    check(OCI_MANIFEST, Some(""), EntryKind::Manifest);
    check(OCI_MANIFEST, Some(OCI_CONFIG), EntryKind::Manifest);
    check("application/vnd.oci.artifact.manifest.v1+json", None, EntryKind::Artifact);
    check("application/vnd.cncf.oras.artifact.manifest.v1+json", None, EntryKind::Artifact);
    check(shelf::LAYER, None, EntryKind::Unknown);
    check("application/vnd.buildkit.cacheconfig.v0", None, EntryKind::Unknown);
    check("application/vnd.oci.empty.v1+json", None, EntryKind::Unknown);
    check("application/vnd.in-toto+json", None, EntryKind::Unknown);
}

/// P221: bases that only the indexes declare; what is nearer counts.
#[test]
fn p221_bases_that_indexes_declare() {
    let mut shelf = Shelf::default();
    let base = |name: &str| json!({"org.opencontainers.image.base.name": name});
    let image = shelf.image("linux/amd64", 1);
    let listed = |entries: &[Value], annotations: Value| json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries, "annotations": annotations});
    let names = |shelf: &Shelf, root: Digest| -> Vec<String> {
        let (descended, _) = shelf.walk(Descent::new(UNASKED), root);
        descended.image.unwrap().declared.into_iter().filter_map(|declared| declared.name).collect()
    };
    let inner = shelf.put(&listed(&[entry(image, Some("linux/amd64"))], base("inner")));
    assert_eq!(names(&shelf, inner), ["inner"]);
    let silent = shelf.index(&[entry(image, Some("linux/amd64"))]);
    let mut nested = entry(silent, None);
    let outer = shelf.put(&listed(std::slice::from_ref(&nested), base("outer")));
    assert_eq!(names(&shelf, outer), ["outer"]);
    nested["annotations"] = base("descriptor");
    let outer = shelf.put(&listed(&[nested], base("outer")));
    assert_eq!(names(&shelf, outer), ["descriptor"]);
    let mut own = entry(image, Some("linux/amd64"));
    own["annotations"] = base("entry");
    let index = shelf.put(&listed(&[own], base("index")));
    assert_eq!(names(&shelf, index), ["entry"]);
}

/// P227: what cosign's tags `.sig`, `.att` and `.sbom` lead to: manifests with an
/// image's config type, and layers that are none.
#[test]
fn p227_tags_of_cosign() {
    let mut shelf = Shelf::default();
    for layer in [
        "application/vnd.dev.cosign.simplesigning.v1+json",
        "application/vnd.dsse.envelope.v1+json",
        "text/spdx+json",
        "application/vnd.cyclonedx+json",
    ] {
        let config = shelf.put(&json!({"architecture": "", "os": "", "rootfs": {"type": "layers", "diff_ids": []}}));
        let mut document = shelf::manifest(config, &json!({}));
        document["layers"][0]["mediaType"] = json!(layer);
        let root = shelf.put(&document);
        check(&shelf, root, None, Err(&format!("it is no image but {layer}")), "");
    }
}
