//! Writing files that others read meanwhile.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;

use super::error::StateError;

/// Writes a document.
pub(super) fn write(file: &Path, value: &impl Serialize) -> Result<(), StateError> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    write_bytes(file, format!("{text}\n").as_bytes())
}

/// Puts a file in the place of another, so that a reader sees one or the other.
pub(super) fn write_bytes(file: &Path, bytes: &[u8]) -> Result<(), StateError> {
    let beside = file.with_extension("new");
    let written = File::create(&beside).and_then(|mut new| new.write_all(bytes));
    let replaced = written.and_then(|()| std::fs::rename(&beside, file));
    replaced.map_err(|error| StateError::file("write", file, error))
}
