//! What lies below a manifest and is walked: the entries of an index, the
//! config of an image.

use std::collections::HashSet;

use forebear_image::attestation::Claim;
use forebear_image::descend::{self, EntryKind};
use forebear_image::provenance::Provenance;
use forebear_image::{ChildManifest, ConfigDigest, ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::{Depth, Task};

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
        /// Those that are walked, each once.
        manifests: Vec<Entry>,
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
                    let mut been = HashSet::new();
                    let entries = entries.into_iter().map(Entry::of);
                    manifests = entries.filter(|entry| been.insert(entry.digest)).collect();
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

/// An entry of an index that is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    digest: ManifestDigest,
    /// Whether it may be an index by its own word.
    may_be_index: bool,
}

impl Entry {
    fn of(entry: &ChildManifest) -> Self {
        let may_be_index = match EntryKind::of(entry) {
            EntryKind::Index | EntryKind::Untyped => true,
            EntryKind::Manifest | EntryKind::Attestation | EntryKind::Artifact | EntryKind::Unknown => false,
        };
        Self { digest: entry.digest, may_be_index }
    }
}

/// What the walk comes to below an index.
#[derive(Debug)]
pub(super) struct Below {
    pub reached: Vec<Reached>,
    /// Entries for which a tag has nothing left.
    pub left_out: usize,
}

impl Below {
    /// Of an index at this depth: its entries, then their attestations.
    pub(super) fn of(manifests: &[Entry], attestations: &[Claim], depth: Depth) -> Self {
        let all = manifests.len() + attestations.len();
        let asked = all.min(depth.room());
        let indexes = manifests.iter().take(asked).filter(|entry| entry.may_be_index).count();
        // A media type is a label that somebody wrote: where none says so, all may.
        let sharing = if indexes == 0 { manifests.len().min(asked) } else { indexes };
        let depth_of = |entry: &Entry| depth.entry(asked, Some(sharing).filter(|_| entry.may_be_index || indexes == 0));
        let entries = manifests.iter().map(|entry| Reached::Manifest { digest: entry.digest, depth: depth_of(entry) });
        let reached = entries.chain(attestations.iter().copied().map(Reached::Attestation)).take(asked).collect();
        Self { reached, left_out: all - asked }
    }
}

/// A manifest that the walk comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reached {
    /// One that a tag leads to, or that an index lists.
    Manifest {
        digest: ManifestDigest,
        /// Where below a tag it lies.
        depth: Depth,
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
            Self::Attestation(claim) => (claim.attestation, Depth::TAG, Some(claim.subject)),
        };
        Task::Again { digest, repository: repository.clone(), depth, tag: tag.map(str::to_owned), subject }
    }

    /// Where such a task comes to.
    pub(super) fn of_again(digest: ManifestDigest, depth: Depth, subject: Option<ManifestDigest>) -> Self {
        match subject {
            None => Self::Manifest { digest, depth },
            Some(subject) => Self::Attestation(Claim { attestation: digest, subject }),
        }
    }
}
