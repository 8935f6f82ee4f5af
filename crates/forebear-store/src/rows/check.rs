//! Whether bytes are a file of rows.

use std::path::Path;
use std::sync::Arc;

use super::file::RowFile;
use super::memory::MemoryFile;
use super::snapshot::Snapshot;
use crate::error::StoreError;

/// Reads all of a file of rows; `path` names it in errors.
///
/// # Errors
/// [`StoreError::Rows`] for the first damage.
pub fn check_bytes(bytes: Vec<u8>, path: &Path) -> Result<(), StoreError> {
    let file = RowFile::open(Box::new(MemoryFile::of(bytes)), path)?;
    Snapshot::of(vec![Arc::new(file)])?.check()
}
