//! Why no image was reached.

use crate::config::ConfigError;
use crate::digest::{ConfigDigest, Digest, ManifestDigest};
use crate::manifest::ManifestError;
use crate::platform::Platform;

use super::choice::NotChosen;
use super::kind::DocumentKind;
use super::nesting::MAX_NESTING;

/// Why no image was reached. It is about the last document that was visited.
#[derive(Debug, thiserror::Error)]
pub enum DescendError {
    /// A document is not there.
    #[error("its {kind} {digest} is not there")]
    Missing {
        /// Which.
        kind: DocumentKind,
        /// What names it.
        digest: Digest,
        /// The platform that it is listed for.
        platform: Option<Box<Platform>>,
    },
    /// A document is not the one that its digest names.
    #[error("its {kind} is {}, not {}", mismatch.actual, mismatch.expected)]
    Mismatch {
        /// Which.
        kind: DocumentKind,
        /// The two digests.
        mismatch: Box<Mismatch>,
    },
    /// A document cannot be had whole.
    #[error("its {kind} {digest} cannot be read")]
    Unreadable {
        /// Which.
        kind: DocumentKind,
        /// What names it.
        digest: Digest,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A manifest or index that is none.
    #[error("the manifest {digest}")]
    Manifest {
        /// Which.
        digest: ManifestDigest,
        /// What is wrong with it.
        source: ManifestError,
    },
    /// A config that is none.
    #[error("the config {digest}")]
    Config {
        /// Which.
        digest: ConfigDigest,
        /// What is wrong with it.
        source: ConfigError,
    },
    /// It leads to something that is no image.
    #[error("it is no image but {0}")]
    NotAnImage(String),
    /// Indexes nest deeper than is followed.
    #[error("it is an index inside {MAX_NESTING} others")]
    TooDeep,
    /// It is not clear which entry of an index is meant.
    #[error(transparent)]
    NotChosen(#[from] NotChosen),
    /// The only image there is is for another platform than was asked for.
    #[error("it is for {own}, not for {wanted}")]
    OtherPlatform {
        /// What it is for.
        own: Box<Platform>,
        /// What was asked for.
        wanted: Box<Platform>,
    },
}

/// Bytes that are not those that their digest names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is {actual}, not {expected}")]
pub struct Mismatch {
    /// What names them.
    pub expected: Digest,
    /// What they hash to.
    pub actual: Digest,
}
