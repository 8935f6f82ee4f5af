//! Writing files that others read meanwhile.

use std::io::Write as _;
use std::path::Path;

use forebear_index::replace;
use serde::Serialize;

use super::error::StateError;

/// Writes a document.
pub(super) fn write(file: &Path, value: &impl Serialize) -> Result<(), StateError> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    write_bytes(file, format!("{text}\n").as_bytes())
}

/// Writes a document over one that is there, in the room that it has: for a disk
/// without any. Who reads at this moment may see it half written; without it, all who
/// read later would see what is over.
pub(super) fn overwrite(file: &Path, value: &impl Serialize) -> Result<(), StateError> {
    let failed = |error| StateError::file("write", file, error);
    let text = serde_json::to_vec(value).unwrap_or_default();
    // What a link leads to is somebody else's.
    let known = std::fs::symlink_metadata(file).map_err(failed)?;
    if !known.is_file() || text.len() as u64 > known.len() {
        return Err(failed(std::io::ErrorKind::StorageFull.into()));
    }
    let mut open = std::fs::OpenOptions::new().write(true).open(file).map_err(failed)?;
    open.write_all(&text).and_then(|()| open.set_len(text.len() as u64)).map_err(failed)
}

/// Puts a file in the place of another, so that a reader sees one or the other.
pub(super) fn write_bytes(file: &Path, bytes: &[u8]) -> Result<(), StateError> {
    replace::write(file, bytes).map_err(|error| StateError::file("write", file, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p595_a_document_is_written_in_the_room_that_it_has() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("job.json");
        assert!(overwrite(&file, &[1]).is_err() && !file.exists());
        write(&file, &["crawling", "and more"]).unwrap();
        overwrite(&file, &["failed"]).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), r#"["failed"]"#);
        assert!(overwrite(&file, &["failed, at more length"]).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), r#"["failed"]"#);
        let link = folder.path().join("link.json");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(overwrite(&link, &[1]).is_err());
    }
}
