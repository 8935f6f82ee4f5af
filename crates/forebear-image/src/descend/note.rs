//! What was left out on the way: the image stands without it.

use std::fmt;

use crate::digest::{BlobDigest, Digest, ManifestDigest};
use crate::manifest::ManifestError;
use crate::provenance::ProvenanceError;

use super::error::Mismatch;

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
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProvenanceLeftOut { attestation, problem } => {
                write!(f, "its provenance, attestation {attestation}, is left out: {problem}")?;
                let mut source = std::error::Error::source(problem);
                while let Some(error) = source {
                    write!(f, ": {error}")?;
                    source = error.source();
                }
                Ok(())
            }
        }
    }
}

/// Why an attestation is left out.
#[derive(Debug, thiserror::Error)]
pub enum AttestationError {
    /// Its manifest or its statement is not there.
    #[error("{0} is not there")]
    Missing(Digest),
    /// Its manifest or its statement is another than its digest names.
    #[error(transparent)]
    Mismatch(Box<Mismatch>),
    /// Its manifest or its statement cannot be had whole.
    #[error("{digest} cannot be read")]
    Unreadable {
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
        source: ProvenanceError,
    },
}
