//! What BuildKit puts beside an image in an index: a manifest for the platform
//! `unknown/unknown` whose layer is an in-toto statement.

use forebear_image::{Digest, Platform};
use serde_json::{Value, json};

use crate::image::assemble::Parts;
use crate::image::{Format, Image, Layer};
use crate::sure::Sure as _;

const IN_TOTO: &str = "application/vnd.in-toto+json";

/// The provenance attestation of `image`; `materials` are the images that its
/// build read, as `docker/dockerfile@1` or `alpine@3.20`, with digests.
#[must_use]
pub fn attestation(image: &Image, materials: &[(&str, Digest)]) -> Image {
    let materials: Vec<Value> = materials
        .iter()
        .map(|(name, digest)| {
            let platform = image.platform.to_string().replace('/', "%2F");
            json!({"uri": format!("pkg:docker/{name}?platform={platform}"), "digest": {digest.algorithm(): digest.hex()}})
        })
        .collect();
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "subject": [{
            "name": format!("pkg:docker/image?platform={}", image.platform.to_string().replace('/', "%2F")),
            "digest": {"sha256": image.manifest_digest.0.hex()},
        }],
        "predicate": {
            "builder": {"id": ""},
            "buildType": "https://mobyproject.org/buildkit@v1",
            "materials": materials,
        },
    });
    let layer = Layer::opaque(serde_json::to_vec(&statement).sure("writing a statement"), IN_TOTO);
    let platform = Platform { os: "unknown".into(), architecture: "unknown".into(), ..Platform::default() };
    let config = json!({
        "architecture": "unknown",
        "os": "unknown",
        "config": {},
        "rootfs": {"type": "layers", "diff_ids": [layer.diff_id.to_string()]},
    });
    let parts = Parts { format: Format::Oci, ..Parts::default() };
    let config = serde_json::to_vec(&config).sure("writing an attestation's config");
    Image::assemble(platform, config.into(), vec![layer], parts)
}
