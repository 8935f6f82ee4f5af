//! What can go wrong while a layer is read.

use std::io;

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
