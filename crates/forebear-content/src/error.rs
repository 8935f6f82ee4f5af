//! What can go wrong while a layer is read.

use std::io;

use crate::compression::Compression;

/// Why a layer could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The stream it comes from failed: a file system or a network.
    #[error(transparent)]
    Source(io::Error),
    /// Its compression is broken.
    #[error("it cannot be decompressed after {at} bytes: {reason}")]
    Compression {
        /// Bytes that came out before.
        at: u64,
        /// What the decoder says.
        reason: String,
    },
    /// Its tar is broken.
    #[error("its tar cannot be read at byte {at}: {reason}")]
    Tar {
        /// Where in the uncompressed tar.
        at: u64,
        /// What is wrong there.
        reason: String,
    },
    /// It is in a form that is not read here.
    #[error("it is {0}, which is not read")]
    NotRead(NotRead),
    /// It is larger than what is read.
    #[error("it has more than {limit} {unit}, which is where reading stops")]
    TooLarge {
        /// The limit.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
}

impl LayerError {
    /// Whether the stream failed, which says nothing about the layer.
    #[must_use]
    pub fn is_source(&self) -> bool {
        matches!(self, Self::Source(_))
    }
}

/// Why a layer is not read. That says nothing about the layer: it is neither
/// intact nor wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// Packed in a way that is recognised and not unpacked.
    #[error("packed with {0}")]
    Packed(Compression),
    /// Packed in a way that takes more memory than a decoder is given.
    #[error("packed with {0} by a window larger than a decoder is given")]
    Window(Compression),
    /// Encrypted, by the word of its media type.
    #[error("encrypted")]
    Encrypted,
    /// Packed in a way that its media type names and nothing here knows.
    #[error("packed in an unknown way")]
    Unknown,
}
