//! What a descent asks for, and what it gets.

use crate::digest::{BlobDigest, ConfigDigest, Digest, ManifestDigest};

use super::document::Document;
use super::kind::DocumentKind;

/// The document that is needed next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A manifest or index.
    Manifest(ManifestDigest),
    /// An image config.
    Config {
        /// Its digest.
        digest: ConfigDigest,
        /// Its bytes, as the manifest states them; 0 where it states none.
        size: u64,
    },
    /// The manifest of an attestation.
    Attestation(ManifestDigest),
    /// A statement of an attestation, of at most
    /// [`crate::provenance::STATEMENT_CAP`] bytes.
    Statement(BlobDigest),
}

impl Needs {
    /// The digest that names it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        match self {
            Self::Manifest(digest) | Self::Attestation(digest) => digest.0,
            Self::Config { digest, .. } => digest.0,
            Self::Statement(digest) => digest.0,
        }
    }

    /// What of the image it is; `None` of what lies beside it.
    #[must_use]
    pub fn kind(&self) -> Option<DocumentKind> {
        match self {
            Self::Manifest(_) => Some(DocumentKind::Manifest),
            Self::Config { .. } => Some(DocumentKind::Config),
            Self::Attestation(_) | Self::Statement(_) => None,
        }
    }
}

/// What became of it.
#[derive(Debug)]
pub enum Found<'a> {
    /// It is there.
    Document(Document<'a>),
    /// It is not there.
    Missing,
    /// Its place holds other bytes.
    Other {
        /// What they hash to.
        actual: Digest,
    },
    /// It cannot be had whole: it is too large, or its place fails.
    Unreadable(Box<dyn std::error::Error + Send + Sync>),
}
