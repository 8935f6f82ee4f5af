//! `docker manifest inspect -v`: each platform's manifest, with the digest that
//! the registry has it under.
//!
//! Source: docker/cli `cli/manifest/types/types.go`.

use super::document::{Documents, Object};
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once};
use super::tool::Tool;
use crate::descend::Choice;
use crate::digest::ManifestDigest;
use crate::facts::ManifestFacts;
use crate::image::Image;
use crate::manifest::{self, ManifestError};
use crate::platform::Platform;

/// Where the manifest stands.
const MANIFESTS: [&str; 2] = ["SchemaV2Manifest", "OCIManifest"];

pub(super) fn parse(documents: &Documents, choice: Choice<'_>) -> Result<Inspected, InspectError> {
    let mut entries = Vec::new();
    for object in &documents.listed {
        let descriptor = object.object("Descriptor").unwrap_or_default();
        let digest = descriptor.text_of("digest").and_then(|text| digest(&text));
        let platform = descriptor.object("platform").and_then(|of| {
            let text = |name: &str| of.text_of(name);
            Platform::of_fields(text("os"), text("architecture"), text("variant"), text("os.version"))
        });
        // Attestations are listed as manifests of an unknown platform.
        if !platform.as_ref().is_some_and(Platform::is_unknown) {
            entries.push((object, digest, platform));
        }
    }
    let at = choice.among(&entries, |(_, _, platform)| platform.as_ref())?;
    let (object, digest, platform) = entries.swap_remove(at);
    let manifest = read(object)?;
    let digest = digest.map(ManifestDigest);
    let mut image = Image::from_manifest(digest, &manifest, None);
    image.platform = platform.or(image.platform);
    let known_by = each_once([Some(manifest.config.0), digest.map(|digest| digest.0)]);
    let name = object.text_of("Ref");
    Ok(Inspected { name, known_by, ..Inspected::of(Tool::DockerManifest, image) })
}

fn read(object: &Object) -> Result<crate::facts::ImageManifest, InspectError> {
    let text = MANIFESTS.iter().find_map(|name| object.object(name)).unwrap_or_default();
    match manifest::parse(text.text().as_bytes(), None)? {
        ManifestFacts::Image(manifest) => Ok(manifest),
        other => Err(ManifestError::Malformed(format!("its manifest is of an {}", other.kind())).into()),
    }
}
