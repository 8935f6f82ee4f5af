//! `CURRENT`: which file is the index in force.

use std::path::Path;

use forebear_files::Unread;

use crate::error::IndexError;
use crate::index::Index;

/// The file that names it.
pub(super) const CURRENT: &str = "CURRENT";
/// The most bytes of it: a line with the name of a file.
const CAP: u64 = 4 * 1024;
/// How often a reader looks again when the file it was sent to is gone.
const ATTEMPTS: usize = 5;

/// Opens the index that is in force in `folder`.
///
/// # Errors
/// [`IndexError`] when there is none or it cannot be read.
pub fn open_current(folder: &Path) -> Result<Index, IndexError> {
    let missing = || IndexError::Missing(folder.to_owned());
    open_other(folder, None).and_then(|index| index.ok_or_else(missing))
}

/// The index that is in force in `folder`, unless that is the file `known`.
pub(super) fn open_other(folder: &Path, known: Option<&Path>) -> Result<Option<Index>, IndexError> {
    let mut last = IndexError::Missing(folder.to_owned());
    for _ in 0..ATTEMPTS {
        let file = folder.join(current_name(folder)?);
        if known == Some(file.as_path()) {
            return Ok(None);
        }
        match Index::open(&file) {
            Err(error @ IndexError::Missing(_)) => last = error,
            result => return result.map(Some),
        }
    }
    Err(last)
}

/// The name of the file in force.
pub(super) fn current_name(folder: &Path) -> Result<String, IndexError> {
    let pointer = folder.join(CURRENT);
    let text = match forebear_files::read_text(&pointer, CAP) {
        Ok(text) => text,
        Err(error) if error.is_missing() => return Err(IndexError::Missing(folder.to_owned())),
        Err(Unread::NotText) => return Err(IndexError::Foreign { file: pointer, reason: "it is not UTF-8 text" }),
        Err(source) => return Err(IndexError::Unread { file: pointer, source }),
    };
    let name = text.trim();
    let well_formed = name.ends_with(".forebear") && !name.contains(['/', '\\']);
    if !well_formed {
        return Err(IndexError::Foreign { file: pointer, reason: "it does not name an index file" });
    }
    Ok(name.to_owned())
}
