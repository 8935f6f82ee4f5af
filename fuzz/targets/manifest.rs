//! Manifests of all kinds, and what is made of them.

#![no_main]

use forebear_image::{Image, ManifestDigest, ManifestFacts, attestation, manifest, schema1};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // A signed schema 1 manifest's payload is a part of it.
    if let Some(payload) = schema1::payload(bytes) {
        assert!(payload.len() <= bytes.len() + 1024);
    }
    let digest = Some(ManifestDigest::of(bytes));
    match manifest::parse(bytes, None) {
        Ok(ManifestFacts::Image(manifest)) => {
            let image = Image::from_manifest(digest, &manifest, None);
            assert_eq!(image.layers.len(), manifest.layers.len());
        }
        Ok(ManifestFacts::Schema1 { layers, config }) => {
            let image = Image::from_schema1(digest, &layers, &config);
            assert_eq!(image.layers.len(), layers.len());
        }
        Ok(ManifestFacts::Index { children, .. }) => {
            assert!(attestation::claims(&children).len() <= children.len());
        }
        Ok(ManifestFacts::Artifact { .. }) => {}
        Ok(ManifestFacts::Attestation { .. }) => panic!("a manifest alone says nothing of a build"),
        Err(error) => assert!(error.to_string().len() < 4096, "an error as long as the input"),
    }
    _ = forebear_image::inspect::parse(bytes, None);
    if let Ok(statements) = attestation::statements(bytes) {
        assert!(statements.len() <= attestation::MAX_STATEMENTS);
    }
});
