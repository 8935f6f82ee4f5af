//! One image, put together from its manifest and its config.

use std::fmt;

use crate::agreement::{StepKey, step_keys};
use crate::annotations::Annotations;
use crate::config::{ConfigFacts, RuntimeConfig};
use crate::declared::{self, Declared, Source};
use crate::digest::{BlobDigest, ChainId, ConfigDigest, DiffId, Digest, ManifestDigest};
use crate::facts::{ImageManifest, LayerDescriptor};
use crate::history::{self, HistoryEntry};
use crate::media_type;
use crate::platform::Platform;
use crate::time::Timestamp;

/// What makes two images the same image.
///
/// The config digest; manifests with one config are copies of one image. Where
/// the config could not be read, or there is none (schema 1), the manifest
/// digest stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// The image ID.
    Config(ConfigDigest),
    /// A manifest whose config is unread.
    Manifest(ManifestDigest),
}

impl Identity {
    /// The digest, whichever it is.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Config(config) => config.0,
            Self::Manifest(manifest) => manifest.0,
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.digest().fmt(f)
    }
}

/// A layer, by whichever of its digests are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Digest of the blob in the registry.
    pub blob: Option<BlobDigest>,
    /// Size of that blob in bytes.
    pub size: Option<u64>,
    /// Media type of that blob.
    pub media_type: Option<String>,
    /// Digest of the uncompressed tar.
    pub diff_id: Option<DiffId>,
}

impl Layer {
    /// Whether this is the same layer as another; `None` where that cannot be
    /// told: digests of two algorithms say nothing of each other, another blob
    /// may be the same diff_id in another compression, and an encrypted one is
    /// another each time. Blobs tell layers apart only where nothing else is
    /// known of either.
    #[must_use]
    pub fn is(&self, other: &Self) -> Option<bool> {
        let comparable = |own: Digest, its: Digest| own.algorithm() == its.algorithm();
        if let (Some(own), Some(its)) = (self.diff_id, other.diff_id)
            && comparable(own.0, its.0)
        {
            return Some(own == its);
        }
        let (own, its) = self.blob.zip(other.blob)?;
        let plain = |layer: &Self| !layer.media_type.as_deref().is_some_and(media_type::is_encrypted);
        let only_blobs = self.diff_id.is_none() && other.diff_id.is_none();
        let differ = only_blobs && comparable(own.0, its.0) && plain(self) && plain(other);
        if own == its { Some(true) } else { differ.then_some(false) }
    }

    /// What it is named by, for people: the algorithm of its diff_id, or that
    /// there is none.
    #[must_use]
    pub fn named_by(&self) -> &'static str {
        match (self.diff_id, self.blob) {
            (Some(diff_id), _) => diff_id.0.algorithm(),
            (None, Some(_)) => "their blobs alone",
            (None, None) => "nothing",
        }
    }
}

/// Everything known of one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Identity, where the source has one; a bare file of an unknown image may not.
    pub identity: Option<Identity>,
    /// Digest of the manifest it was read by.
    pub manifest_digest: Option<ManifestDigest>,
    /// Platform, from the index entry or the config.
    pub platform: Option<Platform>,
    /// Build time, by its own word.
    pub created: Option<Timestamp>,
    /// Layers, bottom first.
    pub layers: Vec<Layer>,
    /// History without trailing synthetic entries; `None` when no config was
    /// read, or the history in it could not be, which is not the same as a
    /// config without history.
    pub history: Option<Vec<HistoryEntry>>,
    /// Container settings; `None` when no config was read.
    pub runtime: Option<RuntimeConfig>,
    /// Bases it declares, and images that its build read.
    pub declared: Vec<Declared>,
}

impl Image {
    /// From a manifest and, if it was read, its config.
    ///
    /// Where manifest and config count layers differently, the config's
    /// diff_ids stand alone: pairing them would be a guess.
    #[must_use]
    pub fn from_manifest(
        digest: Option<ManifestDigest>,
        manifest: &ImageManifest,
        config: Option<&ConfigFacts>,
    ) -> Self {
        let mut image = match config {
            Some(config) => Self::from_config(config),
            None => Self::unread(),
        };
        image.identity = match (config, digest) {
            (Some(_), _) => Some(Identity::Config(manifest.config)),
            (None, Some(digest)) => Some(Identity::Manifest(digest)),
            (None, None) => None,
        };
        image.manifest_digest = digest;
        image.put_blobs(&manifest.layers);
        image.declare_from(&manifest.annotations);
        image
    }

    /// From a schema 1 manifest: blobs and history, no diff_ids.
    #[must_use]
    pub fn from_schema1(digest: Option<ManifestDigest>, layers: &[LayerDescriptor], config: &ConfigFacts) -> Self {
        let mut image = Self::from_config(config);
        image.identity = digest.map(Identity::Manifest);
        image.manifest_digest = digest;
        image.put_blobs(layers);
        image
    }

    /// From a config alone.
    #[must_use]
    pub fn from_config(config: &ConfigFacts) -> Self {
        let diff_ids = config.diff_ids.iter();
        Self {
            platform: config.platform.clone(),
            created: config.created,
            layers: diff_ids.map(|id| Layer { diff_id: Some(*id), ..Layer::default() }).collect(),
            history: (!config.history_unread).then(|| history::comparable(&config.history).to_vec()),
            runtime: Some(config.runtime.clone()),
            declared: declared::of_config(&config.runtime.labels, &config.history),
            ..Self::unread()
        }
    }

    /// An image of which nothing is known yet.
    #[must_use]
    pub fn unread() -> Self {
        Self {
            identity: None,
            manifest_digest: None,
            platform: None,
            created: None,
            layers: Vec::new(),
            history: None,
            runtime: None,
            declared: Vec::new(),
        }
    }

    fn put_blobs(&mut self, blobs: &[LayerDescriptor]) {
        if self.layers.is_empty() {
            self.layers = vec![Layer::default(); blobs.len()];
        } else if self.layers.len() != blobs.len() {
            return;
        }
        for (layer, blob) in self.layers.iter_mut().zip(blobs) {
            layer.blob = Some(blob.digest);
            layer.size = blob.size;
            layer.media_type = Some(blob.media_type.clone()).filter(|t| !t.is_empty());
        }
    }

    /// Whether an annotation declares a base.
    pub(crate) fn declares_by_annotation(&self) -> bool {
        self.declared.iter().any(|declared| declared.source == Source::Annotation)
    }

    /// Adds the base that an annotation map declares, unless it is known already.
    pub fn declare_from(&mut self, annotations: &Annotations) {
        if let Some(declared) = declared::from_annotations(Source::Annotation, annotations)
            && !self.declared.contains(&declared)
        {
            self.declared.insert(0, declared);
        }
    }

    /// Adds images that its build read, each once.
    pub fn declare_materials(&mut self, materials: Vec<Declared>) {
        for material in materials {
            if !self.declared.contains(&material) {
                self.declared.push(material);
            }
        }
    }

    /// The index's word on the platform, which names variants and Windows
    /// builds that configs leave out, as configs name those that it does.
    pub fn set_platform(&mut self, stated: &Platform) {
        self.platform = Platform::of_image(Some(stated), self.platform.as_ref());
    }

    /// OCI chain ID of all layers; `None` unless every diff_id is known.
    #[must_use]
    pub fn chain_id(&self) -> Option<ChainId> {
        let diff_ids: Option<Vec<DiffId>> = self.layers.iter().map(|layer| layer.diff_id).collect();
        ChainId::of_layers(diff_ids?)
    }

    /// The history as it is compared; `None` when no config was read.
    #[must_use]
    pub fn step_keys(&self) -> Option<Vec<StepKey<'_>>> {
        self.history.as_deref().map(step_keys)
    }

    /// Whether manifest and config teach which blob is which diff_id.
    #[must_use]
    pub fn teaches_pairs(&self) -> bool {
        self.layers.iter().all(|layer| layer.blob.is_some() && layer.diff_id.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p340_layers_that_cannot_be_compared_are_not_different() {
        /// `a` a diff_id by SHA-256, `A` by SHA-512, `/a` a blob, `!` encrypted.
        fn layer(text: &str) -> Layer {
            let (diff_id, blob) = text.split_once('/').unwrap_or((text, ""));
            let encrypted = blob.ends_with('!');
            let digest = |name: &str| match name.trim_end_matches('!') {
                "" => None,
                name if name.chars().all(char::is_uppercase) => {
                    format!("sha512:{}", hex::encode([name.as_bytes()[0]; 64])).parse().ok()
                }
                name => Some(Digest::sha256(name.as_bytes())),
            };
            let media_type =
                format!("application/vnd.oci.image.layer.v1.tar{}", if encrypted { "+encrypted" } else { "" });
            Layer {
                diff_id: digest(diff_id).map(DiffId),
                blob: digest(blob).map(BlobDigest),
                size: None,
                media_type: Some(media_type),
            }
        }
        for (one, other, expected) in [
            ("a", "a", Some(true)),
            ("a", "b", Some(false)),
            ("a", "A", None),
            ("A", "A", Some(true)),
            ("A", "B", Some(false)),
            ("a/x", "A/x", Some(true)),
            ("a/x", "A/y", None),
            ("a/x", "/x", Some(true)),
            ("a/x", "/y", None),
            ("a", "/a", None),
            ("/x", "/x", Some(true)),
            ("/x", "/y", Some(false)),
            ("/x", "/X", None),
            ("/x", "/y!", None),
            ("a/x", "a/y!", Some(true)),
            ("", "a/x", None),
        ] {
            assert_eq!(layer(one).is(&layer(other)), expected, "{one} and {other}");
            assert_eq!(layer(other).is(&layer(one)), expected, "{other} and {one}");
        }
    }
}
