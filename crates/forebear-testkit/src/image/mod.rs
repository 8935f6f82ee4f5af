//! Images made to order: a real chain of digests from manifest to layers.

mod assemble;
mod attestation;
mod builder;
mod format;
mod forms;
mod layer;
mod metadata;
mod spelling;

use bytes::Bytes;
use forebear_image::{ChainId, ConfigDigest, DiffId, HistoryEntry, ManifestDigest, Platform};

pub use attestation::{attestation, attestation_holding, provenance, provenance_v1};
pub use builder::{History, ImageBuilder};
pub use format::Format;
pub use layer::{Compression, Layer, LayerContent};
pub use spelling::Builder;

use crate::image::format::Parts;

/// A finished image: every byte a registry would hold of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The platform it was built for; its config says so too, unless the
    /// config was written by hand.
    pub platform: Platform,
    /// The manifest, byte for byte.
    pub manifest: Bytes,
    /// Digest of the manifest.
    pub manifest_digest: ManifestDigest,
    /// Media type of the manifest.
    pub media_type: String,
    /// The config, byte for byte.
    pub config: Bytes,
    /// Digest of the config: the image's identity.
    pub config_digest: ConfigDigest,
    /// Layers, bottom first.
    pub layers: Vec<Layer>,
    /// The config's history as `forebear-image` reads it, oldest first.
    pub history: Vec<HistoryEntry>,
    parts: Parts,
}

impl Image {
    /// Uncompressed layer digests, bottom first.
    #[must_use]
    pub fn diff_ids(&self) -> Vec<DiffId> {
        self.layers.iter().map(|layer| layer.diff_id).collect()
    }

    /// The chain ID of the whole stack; `None` for an image without layers.
    #[must_use]
    pub fn chain_id(&self) -> Option<ChainId> {
        ChainId::of_layers(self.diff_ids())
    }

    /// Annotations of the manifest.
    pub fn annotations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.annotations.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Which family of media types it uses.
    #[must_use]
    pub fn format(&self) -> Format {
        self.parts.format
    }
}
