//! An image's own facts.

use forebear_image::image::Identity;
use forebear_image::{ChainId, ConfigDigest, ManifestDigest, Platform, Timestamp};
use serde::Serialize;

use crate::located::Located;

/// An image's own facts.
#[derive(Clone, Debug, Serialize)]
pub struct ImageAnswer {
    /// How it was asked for, or its best name.
    pub reference: String,
    /// All its names in the index.
    pub names: Vec<String>,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Digest of its config, where that was read.
    pub config_digest: Option<ConfigDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// Its chain ID, where all its diff_ids are known (image-spec `config.md`,
    /// "Layer ChainID").
    pub chain_id: Option<ChainId>,
    /// When it was built, by its own word.
    pub created: Option<Timestamp>,
    /// How many layers it has.
    pub layers: usize,
    /// How many steps its history has, where that was read.
    pub steps: Option<usize>,
}

impl ImageAnswer {
    /// An image of which nothing but its name is known.
    pub(crate) fn named(reference: String) -> Self {
        Self {
            reference,
            names: Vec::new(),
            manifest_digest: None,
            config_digest: None,
            platform: None,
            chain_id: None,
            created: None,
            layers: 0,
            steps: None,
        }
    }
}

impl From<&Located> for ImageAnswer {
    fn from(located: &Located) -> Self {
        let image = &located.image;
        let config_digest = match image.identity {
            Some(Identity::Config(digest)) => Some(digest),
            Some(Identity::Manifest(_)) | None => None,
        };
        Self {
            reference: located.reference.clone(),
            names: located.names.clone(),
            manifest_digest: image.manifest_digest,
            config_digest,
            platform: image.platform.clone(),
            chain_id: image.chain_id(),
            created: image.created,
            layers: image.layers.len(),
            steps: image.history.as_ref().map(Vec::len),
        }
    }
}

/// A platform as people write it, not as an object.
pub(crate) fn platform_as_text<S: serde::Serializer>(
    platform: &Option<Platform>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match platform {
        Some(platform) => serializer.collect_str(platform),
        None => serializer.serialize_none(),
    }
}
