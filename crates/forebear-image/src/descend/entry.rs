//! What an entry of an index is.

use crate::facts::ChildManifest;
use crate::media_type::{DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, SCHEMA1, SCHEMA1_SIGNED, essence};

/// What an index says one of its entries is. The document itself may turn out
/// to be something else: a media type is a label somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A manifest, which may still be an artifact's.
    Manifest,
    /// Another index.
    Index,
    /// An attestation of another entry.
    Attestation,
    /// Its media type is absent or unknown.
    Unknown,
}

impl EntryKind {
    /// What `entry` says it is.
    #[must_use]
    pub fn of(entry: &ChildManifest) -> Self {
        if entry.is_attestation() {
            return Self::Attestation;
        }
        match essence(&entry.media_type) {
            OCI_INDEX | DOCKER_LIST => Self::Index,
            OCI_MANIFEST | DOCKER_MANIFEST | SCHEMA1 | SCHEMA1_SIGNED => Self::Manifest,
            _ => Self::Unknown,
        }
    }

    /// Whether an image may lie at it or below it, so that it can be chosen and
    /// is walked.
    #[must_use]
    pub fn may_lead_to_image(self) -> bool {
        match self {
            Self::Manifest | Self::Index | Self::Unknown => true,
            Self::Attestation => false,
        }
    }
}

/// The entries of an index that an image may lie at or below, in their order.
pub(super) fn offered(entries: Vec<ChildManifest>) -> Vec<ChildManifest> {
    entries.into_iter().filter(|entry| EntryKind::of(entry).may_lead_to_image()).collect()
}
