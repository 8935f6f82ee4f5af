//! What BuildKit puts beside an image in an index: a manifest for the platform
//! `unknown/unknown` whose layer is an in-toto statement.

use forebear_image::{Digest, Platform};
use serde_json::{Value, json};

use crate::image::format::Parts;
use crate::image::{Format, Image, Layer};
use crate::sure::Sure as _;

const IN_TOTO: &str = "application/vnd.in-toto+json";

/// The provenance attestation of `image`; `materials` are the images that its
/// build read, as `docker/dockerfile@1` or `alpine@3.20`, with digests.
#[must_use]
pub fn attestation(image: &Image, materials: &[(&str, Digest)]) -> Image {
    let bytes = serde_json::to_vec(&provenance(image, materials)).sure("writing a statement");
    attestation_holding(&[(bytes, None)])
}

/// The statement itself, of SLSA version 0.2.
#[must_use]
pub fn provenance(image: &Image, materials: &[(&str, Digest)]) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [subject(image)],
        "predicate": {
            "builder": {"id": ""},
            "buildType": "https://mobyproject.org/buildkit@v1",
            "materials": resources(image, materials),
        },
    })
}

/// The statement of SLSA version 1 (`--provenance=version=v1`).
#[must_use]
pub fn provenance_v1(image: &Image, materials: &[(&str, Digest)]) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [subject(image)],
        "predicate": {
            "buildDefinition": {
                "buildType": "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md",
                "internalParameters": {"builderPlatform": "linux/amd64"},
                "resolvedDependencies": resources(image, materials),
            },
            "runDetails": {"builder": {"id": ""}},
        },
    })
}

fn platform(image: &Image) -> String {
    image.platform.to_string().replace('/', "%2F")
}

fn subject(image: &Image) -> Value {
    json!({
        "name": format!("pkg:docker/image?platform={}", platform(image)),
        "digest": {"sha256": image.manifest_digest.0.hex()},
    })
}

fn resources(image: &Image, materials: &[(&str, Digest)]) -> Vec<Value> {
    let resource = |(name, digest): &(&str, Digest)| {
        let uri = format!("pkg:docker/{name}?platform={}", platform(image));
        json!({"uri": uri, "digest": {digest.algorithm(): digest.hex()}})
    };
    materials.iter().map(resource).collect()
}

/// An attestation of any blobs, each with the predicate type that its layer is
/// annotated with, if any.
#[must_use]
pub fn attestation_holding(statements: &[(Vec<u8>, Option<&str>)]) -> Image {
    let layers: Vec<Layer> = statements.iter().map(|(bytes, _)| Layer::opaque(bytes.clone(), IN_TOTO)).collect();
    let platform = Platform { os: "unknown".into(), architecture: "unknown".into(), ..Platform::default() };
    let diff_ids: Vec<String> = layers.iter().map(|layer| layer.diff_id.to_string()).collect();
    let config = json!({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    });
    let mut parts = Parts { format: Format::Oci, ..Parts::default() };
    if statements.iter().any(|(_, predicate)| predicate.is_some()) {
        let descriptor = |(layer, (_, predicate)): (&Layer, &(Vec<u8>, Option<&str>))| {
            let annotations = predicate.map(|predicate| json!({"in-toto.io/predicate-type": predicate}));
            let digest = layer.digest.to_string();
            json!({"mediaType": IN_TOTO, "size": layer.size, "digest": digest, "annotations": annotations})
        };
        let descriptors = layers.iter().zip(statements).map(descriptor).collect();
        parts.fields.insert("layers".to_owned(), Value::Array(descriptors));
    }
    let config = serde_json::to_vec(&config).sure("writing an attestation's config");
    Image::assemble(platform, config.into(), layers, parts)
}
