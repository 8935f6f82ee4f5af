//! What was left out on the way: the image stands without it.

use std::fmt;

use crate::chain::chain;
use crate::digest::{BlobDigest, Digest, ManifestDigest};
use crate::json::OddField;
use crate::manifest::ManifestError;
use crate::provenance::ProvenanceError;

use super::error::Mismatch;
use super::kind::DocumentKind;

/// Something that was left out.
#[derive(Debug)]
pub enum Note {
    /// An attestation about the image.
    ProvenanceLeftOut {
        /// Its manifest.
        attestation: ManifestDigest,
        /// Why.
        problem: AttestationError,
    },
    /// A field of an index or a manifest. Those of a config stand in the image's
    /// settings ([`crate::RuntimeConfig::odd`]).
    Odd {
        /// Of which.
        kind: DocumentKind,
        /// Its digest.
        digest: ManifestDigest,
        /// What is odd.
        field: OddField,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProvenanceLeftOut { attestation, problem } => {
                write!(f, "its provenance, attestation {attestation}, is left out: {}", chain(problem))
            }
            Self::Odd { kind, digest, field } => write!(f, "in its {kind} {digest}, {field}"),
        }
    }
}

/// Why an attestation is left out.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// A part is not there.
    #[error("its {part} {digest} is not there")]
    Missing {
        /// Which.
        part: AttestationPart,
        /// What names it.
        digest: Digest,
    },
    /// A part is not the one that its digest names.
    #[error("its {part} is {}, not {}", mismatch.actual, mismatch.expected)]
    Mismatch {
        /// Which.
        part: AttestationPart,
        /// The two digests.
        mismatch: Box<Mismatch>,
    },
    /// A part cannot be had whole.
    #[error("its {part} {digest} cannot be read")]
    Unreadable {
        /// Which.
        part: AttestationPart,
        /// What names it.
        digest: Digest,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Its manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Its statement is none, or about something else.
    #[error("the statement {digest}")]
    Statement {
        /// Which.
        digest: BlobDigest,
        /// What is wrong with it.
        source: Box<ProvenanceError>,
    },
}

/// A document that an attestation is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttestationPart {
    /// Its manifest.
    Manifest,
    /// One of its statements.
    Statement,
}

impl fmt::Display for AttestationPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "attestation",
            Self::Statement => "statement",
        })
    }
}
