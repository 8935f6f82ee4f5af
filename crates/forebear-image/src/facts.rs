//! What a manifest says, reduced to what forebear uses.

use serde::{Deserialize, Serialize};

use crate::annotations::Annotations;
use crate::config::ConfigFacts;
use crate::declared::Declared;
use crate::digest::{BlobDigest, ConfigDigest, ManifestDigest};
use crate::json::OddField;
use crate::platform::Platform;

/// One layer as a manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerDescriptor {
    /// Digest of the blob.
    pub digest: BlobDigest,
    /// Size of the blob in bytes, compressed as it is stored; schema 1 does
    /// not record it.
    pub size: Option<u64>,
    /// Media type as written; empty in schema 1.
    pub media_type: String,
}

/// An image manifest (schema 2 or OCI).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageManifest {
    /// The manifest's own media type.
    pub media_type: String,
    /// Digest of the image config.
    pub config: ConfigDigest,
    /// Size of the config in bytes, as declared.
    pub config_size: u64,
    /// Layers, bottom first.
    pub layers: Vec<LayerDescriptor>,
    /// The manifest's annotations.
    pub annotations: Annotations,
    /// What of it is not what it should be.
    pub odd: Vec<OddField>,
}

/// One entry of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildManifest {
    /// Digest of the child manifest.
    pub digest: ManifestDigest,
    /// Media type as written.
    pub media_type: String,
    /// Platform as the index says it, which may be absent.
    pub platform: Option<Platform>,
    /// The descriptor's annotations.
    pub annotations: Annotations,
    /// What it says it is, where it says that it is no image.
    pub artifact_type: Option<String>,
    /// The platform's `os.features`: what a runtime must be able to do.
    pub os_features: Vec<String>,
}

impl ChildManifest {
    /// An entry that says nothing but a digest.
    #[must_use]
    pub fn of(digest: ManifestDigest) -> Self {
        Self {
            digest,
            media_type: String::new(),
            platform: None,
            annotations: Annotations::new(),
            artifact_type: None,
            os_features: Vec::new(),
        }
    }

    /// Attestations that BuildKit puts beside the images of an index.
    #[must_use]
    pub fn is_attestation(&self) -> bool {
        self.platform.as_ref().is_some_and(Platform::is_unknown)
            || self.annotations.get("vnd.docker.reference.type").is_some_and(|t| t == "attestation-manifest")
    }
}

/// A manifest of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ManifestFacts {
    /// An image of one platform.
    Image(ImageManifest),
    /// A Docker manifest list or an OCI index.
    Index {
        /// The index's own media type.
        media_type: String,
        /// What it says it is, where it says that it is no image.
        artifact_type: Option<String>,
        /// Entries in their order.
        children: Vec<ChildManifest>,
        /// The index's annotations.
        annotations: Annotations,
        /// What of it is not what it should be.
        odd: Vec<OddField>,
    },
    /// A schema 1 manifest: it carries its history, but no config and no diff_ids.
    Schema1 {
        /// Layers, bottom first, without the `throwaway` ones.
        layers: Vec<LayerDescriptor>,
        /// What a config would say, made from the history. `diff_ids` is empty.
        config: Box<ConfigFacts>,
    },
    /// Not an image: a signature, an attestation, a chart, …
    Artifact {
        /// What it says it is.
        artifact_type: String,
    },
    /// An attestation beside an image, with what its provenance says. Both
    /// lists are empty where it has none.
    Attestation {
        /// Manifests that the statement is about: its own word, whatever index
        /// it was found in.
        subjects: Vec<ManifestDigest>,
        /// Images that the build read.
        materials: Vec<Declared>,
    },
}

impl ManifestFacts {
    /// What of the document is not what it should be.
    #[must_use]
    pub fn odd(&self) -> &[OddField] {
        match self {
            Self::Image(image) => &image.odd,
            Self::Index { odd, .. } => odd,
            Self::Schema1 { config, .. } => &config.runtime.odd,
            Self::Artifact { .. } | Self::Attestation { .. } => &[],
        }
    }

    /// `image`, `index`, `schema1`, `artifact` or `attestation`, for reports.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Image(_) => "image",
            Self::Index { .. } => "index",
            Self::Schema1 { .. } => "schema1",
            Self::Artifact { .. } => "artifact",
            Self::Attestation { .. } => "attestation",
        }
    }
}
