//! What lies below a manifest and is walked: the entries of an index, the
//! config of an image.

use forebear_image::attestation::{Claim, claims};
use forebear_image::provenance::Provenance;
use forebear_image::{ChildManifest, ConfigDigest, ManifestDigest, ManifestFacts};

use crate::selection::Selection;

/// Indexes inside indexes are followed this deep.
pub(super) const MAX_NESTING: u8 = 4;

/// A manifest as far as the walk goes on below it: it holds what is walked
/// only, so that thousands of them take little memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Children {
    /// An image.
    Image { config: ConfigDigest },
    /// An index.
    Index {
        /// How many entries it has, those left out too.
        entries: usize,
        /// Those that are walked.
        manifests: Vec<ManifestDigest>,
        /// Attestations of those, where they are wanted.
        attestations: Vec<Claim>,
    },
    /// An image without a config.
    Schema1,
    /// No image.
    Artifact,
    /// An attestation whose statement was read.
    Attestation(Provenance),
}

impl Children {
    /// What is walked below a manifest.
    pub(super) fn of(facts: &ManifestFacts, selection: &Selection) -> Self {
        match facts {
            ManifestFacts::Image(image) => Self::Image { config: image.config },
            ManifestFacts::Index { children, .. } => {
                let walked = |child: &&ChildManifest| selection.wants_platform(child.platform.as_ref());
                let images = children.iter().filter(|child| !child.is_attestation());
                Self::Index {
                    entries: children.len(),
                    manifests: images.filter(walked).map(|child| child.digest).collect(),
                    attestations: attestations(children, selection),
                }
            }
            ManifestFacts::Schema1 { .. } => Self::Schema1,
            ManifestFacts::Artifact { .. } => Self::Artifact,
            ManifestFacts::Attestation { subjects, materials } => {
                Self::Attestation(Provenance { subjects: subjects.clone(), materials: materials.clone() })
            }
        }
    }

    /// How much of a chunk's memory and time it takes, counted in entries.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Index { manifests, attestations, .. } => manifests.len() + attestations.len(),
            Self::Attestation(provenance) => provenance.subjects.len() + provenance.materials.len(),
            Self::Image { .. } | Self::Schema1 | Self::Artifact => 1,
        }
    }
}

/// The attestations of those entries that are walked: only when the selection
/// wants them, as each costs a pull.
fn attestations(children: &[ChildManifest], selection: &Selection) -> Vec<Claim> {
    if !selection.wants_provenance() {
        return Vec::new();
    }
    let is_walked = |subject: ManifestDigest| {
        children.iter().any(|child| child.digest == subject && selection.wants_platform(child.platform.as_ref()))
    };
    claims(children).into_iter().filter(|claim| is_walked(claim.subject)).collect()
}

/// A manifest that the walk comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Descent {
    /// One that a tag leads to, or that an index lists.
    Manifest {
        digest: ManifestDigest,
        /// How many indexes it lies in.
        depth: u8,
    },
    /// An attestation that an index lists.
    Attestation(Claim),
}

impl Descent {
    pub(super) fn digest(&self) -> ManifestDigest {
        match self {
            Self::Manifest { digest, .. } => *digest,
            Self::Attestation(claim) => claim.attestation,
        }
    }
}
