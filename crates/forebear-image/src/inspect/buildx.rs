//! `docker buildx imagetools inspect --format '{{json .}}'`: the manifest or
//! index of a name, and the config of each platform; or `{{json .Image}}`, the
//! latter alone.
//!
//! Source: buildx `util/imagetools/printers.go`.

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::{digest, each_once};
use super::tool::Tool;
use crate::config::{self, ConfigFacts};
use crate::descend::Choice;
use crate::digest::{Digest, ManifestDigest};
use crate::image::{Identity, Image};
use crate::json::{self, List, Noted};
use crate::limits::MAX_CHILDREN;
use crate::platform::Platform;

json::object! {
    struct Manifest {
        digest: String = "digest",
        manifests: List<Entry, MAX_CHILDREN> = "manifests",
    }

    struct Entry {
        digest: String = "digest",
        platform: EntryPlatform = "platform",
    }

    struct EntryPlatform {
        os: String = "os",
        architecture: String = "architecture",
        variant: String = "variant",
    }
}

pub(super) fn parse(object: &Object, choice: Choice<'_>) -> Result<Inspected, InspectError> {
    let whole = object.has("manifest");
    let image = if whole { object.object("image").unwrap_or_default() } else { object.clone() };
    let manifest: Manifest = object.value("manifest").unwrap_or_default();
    let noted = &mut Noted::new();
    let listed = manifest.digest.text_or_note(noted).and_then(|text| digest(&text));
    let entries = manifest.manifests.or_note(noted).unwrap_or_default().0;
    let entries: Vec<_> = entries.into_iter().map(|entry| entry.read(noted)).collect();
    let (stated, facts) = config(&image, choice)?;
    let entry = entries.iter().find(|(platform, _)| *platform == stated);
    let own = if entries.is_empty() { listed } else { entry.and_then(|(_, digest)| *digest) };
    let mut image = Image::from_config(&facts);
    image.manifest_digest = own.map(ManifestDigest);
    image.identity = own.map(|own| Identity::Manifest(ManifestDigest(own)));
    let known_by = each_once([own, listed]);
    let name = object.text_of("name");
    let repo_digests = name.iter().zip(listed).map(|(name, digest)| format!("{name}@{digest}")).collect();
    Ok(Inspected { name, known_by, repo_digests, ..Inspected::of(Tool::Imagetools, image) })
}

/// The config that is meant, and the platform it stands under: of one image it
/// stands alone.
fn config(image: &Object, choice: Choice<'_>) -> Result<(Option<String>, ConfigFacts), InspectError> {
    if image.names_field("rootfs") || image.names_field("architecture") {
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
    /// Its platform as imagetools names it (`linux/arm/v7`), and its digest.
    fn read(self, noted: &mut Noted) -> (Option<String>, Option<Digest>) {
        let digest = self.digest.text_or_note(noted).and_then(|text| digest(&text));
        let platform = self.platform.or_note(noted).unwrap_or_default();
        let (os, architecture) = (platform.os.text_or_note(noted), platform.architecture.text_or_note(noted));
        let platform = Platform::of_fields(os, architecture, platform.variant.text_or_note(noted), None);
        (platform.map(|platform| platform.to_string()), digest)
    }
}
