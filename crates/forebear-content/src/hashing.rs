//! Hashing bytes as they pass.

use std::io::Read;

use forebear_image::Digest;
use sha2::{Digest as _, Sha256, Sha512};

/// A hash under way, by one of the registered algorithms.
#[derive(Clone, Debug)]
pub enum Hasher {
    /// SHA-256.
    Sha256(Sha256),
    /// SHA-512.
    Sha512(Sha512),
}

impl Hasher {
    /// Begins a hash by the algorithm of `expected`, SHA-256 where there is none.
    #[must_use]
    pub fn like(expected: Option<&Digest>) -> Self {
        match expected {
            Some(Digest::Sha512(_)) => Self::Sha512(Sha512::new()),
            Some(Digest::Sha256(_)) | None => Self::Sha256(Sha256::new()),
        }
    }

    /// Takes in more bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Sha512(hash) => hash.update(bytes),
        }
    }

    /// The digest of all that was taken in.
    #[must_use]
    pub fn finish(self) -> Digest {
        match self {
            Self::Sha256(hash) => Digest::Sha256(hash.finalize().into()),
            Self::Sha512(hash) => Digest::Sha512(hash.finalize().into()),
        }
    }
}

/// A stream whose bytes are counted and hashed. It ends, for its reader, after
/// `limit` bytes: one more is read to know that there were more.
#[derive(Debug)]
pub(crate) struct Hashing<R> {
    stream: R,
    pub(crate) hasher: Hasher,
    pub(crate) count: u64,
    limit: u64,
    /// Whether the stream itself failed, which is not its content's fault.
    pub(crate) failed: bool,
}

impl<R: Read> Hashing<R> {
    pub(crate) fn new(stream: R, hasher: Hasher, limit: u64) -> Self {
        Self { stream, hasher, count: 0, limit, failed: false }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.count > self.limit {
            return Ok(0);
        }
        let read = loop {
            match self.stream.read(buffer) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        match read {
            Ok(read) => {
                self.count += read as u64;
                self.hasher.update(buffer.get(..read).unwrap_or_default());
                Ok(read)
            }
            Err(error) => {
                self.failed = true;
                Err(error)
            }
        }
    }
}
