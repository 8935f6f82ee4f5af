//! What a store is opened with.

use std::sync::Arc;

use crate::disk::{Disk, RealDisk};

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Memory of the index's cache, in bytes.
    pub cache: u64,
    /// A segment of the log is finished beyond this length, in bytes.
    pub segment_size: u64,
    /// Rows that are derived and not yet in a file, in bytes.
    pub buffered_rows: usize,
    /// Where log, mark and rows lie.
    pub disk: Arc<dyn Disk>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { cache: 64 << 20, segment_size: 64 << 20, buffered_rows: 32 << 20, disk: Arc::new(RealDisk) }
    }
}
