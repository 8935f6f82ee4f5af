//! What lies below a manifest and is walked: the entries of an index, the
//! config of an image.

use forebear_image::attestation::Claim;
use forebear_image::descend;
use forebear_image::provenance::Provenance;
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::Task;

use crate::selection::Selection;

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
        /// Attestations of those, where they are wanted: each costs a pull.
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
    /// What is walked below a manifest, however deep that lies.
    pub(super) fn of(facts: &ManifestFacts, selection: &Selection) -> Self {
        match facts {
            ManifestFacts::Image(image) => Self::Image { config: image.config },
            ManifestFacts::Index { children, .. } => {
                let (mut manifests, mut wanted) = (Vec::new(), Vec::new());
                let below = descend::children(facts, 0, |platform| selection.wants_platform(platform));
                if let descend::Children::Entries { manifests: entries, attestations, .. } = below {
                    manifests = entries.into_iter().map(|entry| entry.digest).collect();
                    wanted = if selection.wants_provenance() { attestations } else { wanted };
                }
                Self::Index { entries: children.len(), manifests, attestations: wanted }
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

/// A manifest that the walk comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reached {
    /// One that a tag leads to, or that an index lists.
    Manifest {
        digest: ManifestDigest,
        /// How many indexes it lies in.
        depth: u8,
    },
    /// An attestation that an index lists.
    Attestation(Claim),
}

impl Reached {
    pub(super) fn digest(&self) -> ManifestDigest {
        match self {
            Self::Manifest { digest, .. } => *digest,
            Self::Attestation(claim) => claim.attestation,
        }
    }

    /// The task of coming to it once more, by this name where its digest is none.
    pub(super) fn again(&self, repository: &RepositoryName, tag: Option<&str>) -> Task {
        let (digest, depth, subject) = match self {
            Self::Manifest { digest, depth } => (*digest, *depth, None),
            Self::Attestation(claim) => (claim.attestation, 0, Some(claim.subject)),
        };
        Task::Again { digest, repository: repository.clone(), depth, tag: tag.map(str::to_owned), subject }
    }

    /// Where such a task comes to.
    pub(super) fn of_again(digest: ManifestDigest, depth: u8, subject: Option<ManifestDigest>) -> Self {
        match subject {
            None => Self::Manifest { digest, depth },
            Some(subject) => Self::Attestation(Claim { attestation: digest, subject }),
        }
    }
}
