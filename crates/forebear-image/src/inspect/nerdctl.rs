//! `nerdctl image inspect --mode=native`: containerd's own objects, with the
//! manifest and the config whole.
//!
//! Source: nerdctl `pkg/inspecttypes/native/image.go`.

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once};
use super::tool::Tool;
use crate::config;
use crate::digest::{ConfigDigest, ManifestDigest};
use crate::facts::ManifestFacts;
use crate::image::{Identity, Image};
use crate::manifest;

pub(super) fn parse(object: &Object) -> Result<Inspected, InspectError> {
    let described = |name: &str| object.object(name)?.text_of("digest").and_then(|text| digest(&text));
    let config = object.object("ImageConfig").unwrap_or_default();
    let facts = config::parse(config.text().as_bytes())?;
    let manifest = object.object("Manifest").map(|of| manifest::parse(of.text().as_bytes(), None)).transpose()?;
    let manifest_digest = described("ManifestDesc");
    let mut image = match &manifest {
        Some(ManifestFacts::Image(manifest)) => {
            Image::from_manifest(manifest_digest.map(ManifestDigest), manifest, Some(&facts))
        }
        Some(
            ManifestFacts::Index { .. }
            | ManifestFacts::Schema1 { .. }
            | ManifestFacts::Artifact { .. }
            | ManifestFacts::Attestation { .. },
        )
        | None => Image::from_config(&facts),
    };
    let own = described("ImageConfigDesc");
    image.identity = own.map(|digest| Identity::Config(ConfigDigest(digest)));
    let name = object.object("Image").and_then(|image| image.text_of("Name"));
    let known_by = each_once([own, manifest_digest, described("IndexDesc")]);
    Ok(Inspected { name, known_by, ..Inspected::of(Tool::Nerdctl, image) })
}
