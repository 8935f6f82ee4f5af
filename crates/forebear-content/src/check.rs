//! Whether bytes are what their digests say: the links of an image's hash tree.

use std::io::Read;

use forebear_image::{BlobDigest, DiffId, Digest};

use crate::error::{LayerError, NotRead};
use crate::packing::Packing;
use crate::unpacked::{MAX_UNPACKED, Sums, Unpacked, Wanted};

/// What others say about a layer: a manifest its blob's digest and size, a
/// config its diff_id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Digest of the blob.
    pub blob: Option<BlobDigest>,
    /// Bytes of the blob.
    pub size: Option<u64>,
    /// Digest of the uncompressed tar.
    pub diff_id: Option<DiffId>,
    /// What its media type says of how it is packed.
    pub packing: Packing,
}

/// How a part is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Another number of bytes than stated.
    #[error("it has {} bytes, not {expected}", count(*actual, *expected))]
    Size {
        /// Stated.
        expected: u64,
        /// Found. Of what is longer, only one byte more is read.
        actual: u64,
    },
    /// The bytes are others.
    #[error("it hashes to {actual}, not {expected}")]
    Digest {
        /// Stated.
        expected: Digest,
        /// Found.
        actual: Digest,
    },
    /// The bytes are as stated, but not those of the stated tar.
    #[error("uncompressed it hashes to {}, not to the diff_id {}", actual.0, expected.0)]
    DiffId {
        /// Stated by the config.
        expected: DiffId,
        /// Found.
        actual: DiffId,
    },
    /// The bytes cannot be read as what they should be.
    #[error("{0}")]
    Unreadable(String),
    /// It is not there.
    #[error("it is not there")]
    Missing,
}

fn count(actual: u64, expected: u64) -> String {
    if actual > expected { format!("more than {expected}") } else { actual.to_string() }
}

impl Flaw {
    /// A word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Size { .. } => "size",
            Self::Digest { .. } => "digest",
            Self::DiffId { .. } => "diff_id",
            Self::Unreadable(_) => "unreadable",
            Self::Missing => "missing",
        }
    }
}

/// A layer that was read to its end.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What it is.
    pub sums: Sums,
    /// What is wrong with it, the cause first; empty when it is intact.
    pub flaws: Vec<Flaw>,
    /// Why its tar was not looked at, so that only its blob was compared.
    pub not_read: Option<NotRead>,
}

impl Checked {
    /// Whether all that is stated was compared and is so.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.flaws.is_empty() && self.not_read.is_none()
    }
}

/// Reads a layer to its end and compares. Of a stated size at most one byte
/// more is read.
///
/// # Errors
/// [`LayerError::Source`] when the stream failed, so that nothing can be said.
pub fn check_layer(stream: impl Read, expected: &Expected) -> Result<Checked, LayerError> {
    let wanted = Wanted {
        blob: expected.blob.map(|digest| digest.0),
        tar: expected.diff_id.map(|diff_id| Some(diff_id.0)),
        // What is stated may be a lie, too.
        size: expected.size.unwrap_or(MAX_UNPACKED).min(MAX_UNPACKED),
        packing: expected.packing,
    };
    let (sums, broken) = Unpacked::new(stream, wanted)?.finish()?;
    let mut flaws = document_flaws(expected.size, expected.blob.map(|blob| blob.0), sums.size, sums.blob);
    let mut not_read = None;
    match broken {
        Some(LayerError::NotRead(why)) => not_read = Some(why),
        Some(error) => flaws.push(Flaw::Unreadable(error.to_string())),
        None => {}
    }
    if let (Some(expected), Some(actual)) = (expected.diff_id, sums.diff_id)
        && expected != actual
    {
        flaws.push(Flaw::DiffId { expected, actual });
    }
    Ok(Checked { sums, flaws, not_read })
}

/// Compares a document with what names it.
#[must_use]
pub fn check_document(bytes: &[u8], size: Option<u64>, digest: Option<Digest>) -> Vec<Flaw> {
    let Some(expected) = digest else { return document_flaws(size, None, bytes.len() as u64, Digest::sha256(bytes)) };
    let actual = if expected.matches(bytes) { expected } else { Digest::sha256(bytes) };
    document_flaws(size, Some(expected), bytes.len() as u64, actual)
}

fn document_flaws(size: Option<u64>, digest: Option<Digest>, actual_size: u64, actual: Digest) -> Vec<Flaw> {
    let size = size.filter(|expected| *expected != actual_size);
    let size = size.map(|expected| Flaw::Size { expected, actual: actual_size });
    // Of what is too long only the beginning was hashed.
    let cut = matches!(size, Some(Flaw::Size { expected, actual }) if actual > expected);
    let digest = digest.filter(|expected| *expected != actual && !cut);
    size.into_iter().chain(digest.map(|expected| Flaw::Digest { expected, actual })).collect()
}
