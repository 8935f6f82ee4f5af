//! What a path leads to that was given without a form.

use std::path::Path;

use crate::error::Problem;
use crate::files::open_file;
use crate::instead::{self, Instead};
use crate::tarball::Tarball;

/// What a file or folder is, and the form that reads it; `None` where it says
/// nothing, or cannot be read.
#[must_use]
pub fn recognise(path: &Path) -> Option<Instead> {
    if path.is_dir() {
        return Some(instead::of_folder(path));
    }
    // No archive has such a document, so that it is told what it has instead.
    match Tarball::open(path, "") {
        Err(Problem::Without { instead, .. } | Problem::Instead(instead)) => Some(instead),
        _ => instead::of_file(&mut open_file(path).ok()?, path, ""),
    }
}
