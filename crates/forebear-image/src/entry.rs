//! What an entry of an index is.

use crate::facts::ChildManifest;
use crate::media_type::{
    self, DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, SCHEMA1, SCHEMA1_SIGNED, essence,
};

/// What an index says one of its entries is. The document itself may turn out
/// to be something else: a media type is a label somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A manifest, which may still be an artifact's.
    Manifest,
    /// Another index.
    Index,
    /// It names no media type: only the document tells.
    Untyped,
    /// An attestation of another entry.
    Attestation,
    /// A manifest, or index, of something else than an image: a signature, an
    /// SBOM, a chart.
    Artifact,
    /// No manifest: a layer of a build cache, or a type that is not known.
    Unknown,
}

impl EntryKind {
    /// What `entry` says it is.
    #[must_use]
    pub fn of(entry: &ChildManifest) -> Self {
        if entry.is_attestation() {
            return Self::Attestation;
        }
        let media_type = essence(&entry.media_type);
        if media_type::is_artifact_manifest(media_type) {
            return Self::Artifact;
        }
        let is_artifact = entry.artifact_type.is_some();
        match media_type {
            OCI_INDEX | DOCKER_LIST | OCI_MANIFEST | DOCKER_MANIFEST | "" if is_artifact => Self::Artifact,
            OCI_INDEX | DOCKER_LIST => Self::Index,
            OCI_MANIFEST | DOCKER_MANIFEST | SCHEMA1 | SCHEMA1_SIGNED => Self::Manifest,
            "" => Self::Untyped,
            _ => Self::Unknown,
        }
    }

    /// Whether an image may lie at it or below it, so that it can be chosen and
    /// is walked.
    #[must_use]
    pub fn may_lead_to_image(self) -> bool {
        match self {
            Self::Manifest | Self::Index | Self::Untyped => true,
            Self::Attestation | Self::Artifact | Self::Unknown => false,
        }
    }
}
