//! `docker manifest inspect -v`: each platform's manifest, with the digest that
//! the registry has it under.
//!
//! Source: docker/cli `cli/manifest/types/types.go`.

use serde::Deserialize;

use super::Inspected;
use super::document::{Documents, Object};
use super::error::InspectError;
use super::known::each_once;
use super::tool::Tool;
use crate::descend::Choice;
use crate::digest::{Digest, ManifestDigest};
use crate::facts::ManifestFacts;
use crate::image::Image;
use crate::manifest::{self, ManifestError};
use crate::platform::Platform;

/// Where the manifest stands.
const MANIFESTS: [&str; 2] = ["SchemaV2Manifest", "OCIManifest"];

#[derive(Deserialize)]
struct Descriptor {
    digest: Option<Digest>,
    platform: Option<PlatformObject>,
}

#[derive(Deserialize)]
struct PlatformObject {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
}

pub(super) fn parse(documents: &Documents, choice: Choice<'_>) -> Result<Inspected, InspectError> {
    let mut entries = Vec::new();
    for object in &documents.listed {
        let descriptor: Option<Descriptor> = object.value("Descriptor");
        let (digest, platform) = descriptor.map_or((None, None), |of| (of.digest, of.platform.and_then(platform)));
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

fn platform(object: PlatformObject) -> Option<Platform> {
    let present = |text: Option<String>| text.filter(|t| !t.is_empty());
    Some(Platform {
        os: present(object.os)?,
        architecture: present(object.architecture)?,
        variant: present(object.variant),
        os_version: present(object.os_version),
    })
}
