//! Writing files that others read meanwhile.

use std::path::Path;

use forebear_index::replace;
use serde::Serialize;

use super::error::StateError;

/// Writes a document.
pub(super) fn write(file: &Path, value: &impl Serialize) -> Result<(), StateError> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    write_bytes(file, format!("{text}\n").as_bytes())
}

/// Puts a file in the place of another, so that a reader sees one or the other.
pub(super) fn write_bytes(file: &Path, bytes: &[u8]) -> Result<(), StateError> {
    replace::write(file, bytes).map_err(|error| StateError::file("write", file, error))
}
