//! What somebody else's manifest may not do to an image: each a finding of a
//! review.

use forebear_image::declared::{Declared, Source};
use forebear_image::image::Identity;
use forebear_image::{ChildManifest, ConfigDigest, ImageManifest, ManifestDigest, ManifestFacts, media_type};
use forebear_index::ImageId;

use crate::world::World;

/// A manifest that calls a schema 1 manifest its config, and comes before it.
#[test]
fn a_schema_1_manifest_is_nobody_s_config() {
    let mut world = World::read(
        "alpine:3, #base = A (A@1 -CMD@1)
         x/old, #old = A,S (A@1 -CMD@1 S@2) schema1
         x/other, #other = O (O@1)",
    );
    let before = answers(&world);
    let old = world.digest("#old");
    let ManifestFacts::Image(other) =
        world.facts.manifests.iter().find(|(d, _)| *d == world.digest("#other")).unwrap().1.clone()
    else {
        panic!("an image");
    };
    let stranger = ImageManifest { config: ConfigDigest(old.0), ..other };
    let first = ManifestDigest(format!("sha256:{}", "00".repeat(32)).parse().unwrap());
    world.facts.manifests.push((first, ManifestFacts::Image(stranger)));
    assert_eq!(answers(&world), before);
    let view = world.open();
    let id = view.find_image(&Identity::Manifest(old)).expect("the schema 1 image by its digest");
    assert_eq!(view.load(id, None).unwrap().layers.len(), 2);
    assert!(view.find_image(&Identity::Manifest(first)).is_some(), "an image whose config was not read");
}

/// The named images of a world: layers, and parent.
fn answers(world: &World) -> Vec<String> {
    let view = world.open();
    ["#base", "#old", "#other"]
        .iter()
        .map(|label| {
            let id: ImageId = world.find(&view, label);
            let parent = view.stored_parent(id).map(|(parent, agreement)| (view.reference_of(parent), agreement));
            format!("{label} {:?} {parent:?}", view.load(id, None).unwrap().layers)
        })
        .collect()
}

/// Indexes that list any number of attestations of one image.
#[test]
fn materials_of_an_image_are_few() {
    let mut world = World::read("alpine:3, #base = A (A@1)");
    let subject = world.digest("#base");
    for number in 0..40_u8 {
        let attestation = ManifestDigest::of(&[number]);
        let name = |at: u32| Some(format!("docker.io/library/m{number}:{at}"));
        let materials =
            (0..256).map(|at| Declared { source: Source::Provenance, name: name(at), digest: None }).collect();
        world.facts.manifests.push((attestation, ManifestFacts::Attestation { subjects: vec![subject], materials }));
        let child = |digest, annotations: &[(&str, String)]| ChildManifest {
            media_type: media_type::OCI_MANIFEST.to_owned(),
            annotations: annotations.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect(),
            ..ChildManifest::of(digest)
        };
        let about = [
            ("vnd.docker.reference.type", "attestation-manifest".to_owned()),
            ("vnd.docker.reference.digest", subject.to_string()),
        ];
        let children = vec![child(subject, &[]), child(attestation, &about)];
        let list = ManifestFacts::Index {
            media_type: media_type::OCI_INDEX.to_owned(),
            artifact_type: None,
            children,
            annotations: Default::default(),
            odd: Vec::new(),
        };
        world.facts.manifests.push((ManifestDigest::of(&[number, 1]), list));
    }
    let view = world.open();
    let image = view.load(world.find(&view, "#base"), None).unwrap();
    assert_eq!(image.declared.len(), 4 * 256, "of four attestations");
}
