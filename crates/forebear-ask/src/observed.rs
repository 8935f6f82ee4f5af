//! What was observed: what a manifest offers.

use forebear_image::{Digest, ManifestDigest, Platform};
use forebear_index::{ManifestId, ManifestKind, View};
use serde::Serialize;

use crate::answers::platform_as_text;

/// An image that a manifest or an index offers.
#[derive(Clone, Debug, Serialize)]
pub struct OfferedAnswer {
    /// For which platform; null where neither its entry nor its config says.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// Its manifest.
    pub manifest: ManifestDigest,
    /// Its config's digest, or its manifest's where the config was not read.
    pub image: Option<Digest>,
}

/// The images that a manifest or an index offers, in its order.
pub(crate) fn offered_by(index: &View, target: ManifestId) -> Vec<OfferedAnswer> {
    let one = |(manifest, platform): (ManifestId, Option<Platform>)| {
        let view = index.manifest(manifest)?;
        let image = view.image().and_then(|id| index.image(id)).map(|image| image.identity().digest());
        Some(OfferedAnswer { platform, manifest: view.digest(), image })
    };
    let is_index = index.manifest(target).is_some_and(|manifest| manifest.kind() == ManifestKind::Index);
    if is_index {
        let offered = index.offered_platforms(target).into_iter();
        return offered.filter_map(|(manifest, platform, _)| one((manifest, platform))).collect();
    }
    let own = index.manifest(target).and_then(|manifest| index.platform_of(manifest.image()?, Some(target)));
    one((target, own)).into_iter().collect()
}
