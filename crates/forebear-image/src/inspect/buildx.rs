//! `docker buildx imagetools inspect --format '{{json .}}'`: the manifest or
//! index of a name, and the config of each platform; or `{{json .Image}}`, the
//! latter alone.
//!
//! Source: buildx `util/imagetools/printers.go`.

use serde::Deserialize;

use super::Inspected;
use super::document::Object;
use super::error::InspectError;
use super::known::each_once;
use super::tool::Tool;
use crate::config::{self, ConfigFacts};
use crate::descend::Choice;
use crate::digest::{Digest, ManifestDigest};
use crate::image::{Identity, Image};
use crate::platform::Platform;

#[derive(Default, Deserialize)]
struct Manifest {
    digest: Option<Digest>,
    manifests: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    digest: Option<Digest>,
    platform: Option<EntryPlatform>,
}

#[derive(Deserialize)]
struct EntryPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

pub(super) fn parse(object: &Object, choice: Choice<'_>) -> Result<Inspected, InspectError> {
    let whole = object.has("manifest");
    let image = if whole { object.object("image").unwrap_or_default() } else { object.clone() };
    let manifest: Manifest = object.value("manifest").unwrap_or_default();
    let entries = manifest.manifests.unwrap_or_default();
    let (stated, facts) = config(&image, choice)?;
    let entry = entries.iter().find(|entry| entry.platform() == stated);
    let own = match entries.is_empty() {
        true => manifest.digest,
        false => entry.and_then(|entry| entry.digest),
    };
    let mut image = Image::from_config(&facts);
    image.manifest_digest = own.map(ManifestDigest);
    image.identity = own.map(|own| Identity::Manifest(ManifestDigest(own)));
    let known_by = each_once([own, manifest.digest]);
    let name = object.text_of("name");
    let repo_digests = name.iter().zip(manifest.digest).map(|(name, digest)| format!("{name}@{digest}")).collect();
    Ok(Inspected { name, known_by, repo_digests, ..Inspected::of(Tool::Imagetools, image) })
}

/// The config that is meant, and the platform it stands under: of one image it
/// stands alone.
fn config(image: &Object, choice: Choice<'_>) -> Result<(Option<String>, ConfigFacts), InspectError> {
    if image.has_folded("rootfs") || image.has_folded("architecture") {
        return Ok((None, config::parse(image.text().as_bytes())?));
    }
    let platforms: Vec<(String, Platform)> =
        image.names().filter_map(|name| Some((name.to_owned(), name.parse().ok()?))).collect();
    let at = choice.among(&platforms, |(_, platform)| Some(platform))?;
    let (name, _) = platforms.get(at).cloned().ok_or(InspectError::Nothing)?;
    let config = image.object(&name).unwrap_or_default();
    let facts = config::parse(config.text().as_bytes())?;
    Ok((Some(name), facts))
}

impl Entry {
    /// As imagetools names it: `linux/arm/v7`.
    fn platform(&self) -> Option<String> {
        let platform = self.platform.as_ref()?;
        let (os, architecture) = (platform.os.as_deref()?, platform.architecture.as_deref()?);
        let variant = platform.variant.as_deref().filter(|variant| !variant.is_empty());
        Some(variant.map_or_else(|| format!("{os}/{architecture}"), |variant| format!("{os}/{architecture}/{variant}")))
    }
}
