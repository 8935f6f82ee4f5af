//! A layer being read.

use std::io::Read;

/// A layer being read.
pub(crate) struct LayerStream {
    pub(crate) stream: Box<dyn Read + Send>,
    /// Bytes of it, where known.
    pub(crate) size: Option<u64>,
}
