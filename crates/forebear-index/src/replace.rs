//! Files that take the place of others, whole or not at all, under the eyes of who
//! reads them.
//!
//! Each is written under a name of its own that nothing has yet, so that no link
//! which somebody put there is followed, and renamed into place, which replaces a
//! link and not what it leads to.

use std::io::{Error, Result, Write as _};
use std::path::Path;

use fs_err as fs;
use tempfile::NamedTempFile;

/// How the name of a file begins while it is written.
const TEMPORARY: &str = ".new-";

/// Writes a file in the place of another. It is not waited for the disk.
///
/// # Errors
/// The file system's; what was there before is then there still.
pub fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    let folder = file.parent().ok_or_else(|| Error::other("a file lies in a folder"))?;
    let mut new = begin(folder)?;
    new.write_all(bytes)?;
    put(new, file)
}

/// Removes from a folder what writers that were killed have left there. It is for
/// who has the right to write there, alone: at the beginning. Failing to is no
/// error.
pub fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if is_temporary(&entry.file_name()) {
            _ = fs::remove_file(entry.path());
        }
    }
}

/// A new file in a folder, to be written and [`put`] somewhere. Dropped, it is gone.
pub(crate) fn begin(folder: &Path) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    for_every_reader(&mut builder);
    builder.tempfile_in(folder)
}

/// Puts a new file in the place of another.
pub(crate) fn put(new: NamedTempFile, file: &Path) -> Result<()> {
    new.into_temp_path().persist(file).map_err(|error| error.error)
}

/// Whether a name is that of a file that is being written, or was when its writer
/// was killed.
pub(crate) fn is_temporary(name: &std::ffi::OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(TEMPORARY))
}

/// Temporary files are private; these are for whom the umask lets read, as any new
/// file.
#[cfg(unix)]
fn for_every_reader(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn for_every_reader(_builder: &mut tempfile::Builder<'_, '_>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p460_a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (file, other) = (folder.path().join("state.json"), folder.path().join("other"));
        std::fs::write(&other, "precious").unwrap();
        for name in ["state.json", "state.new"] {
            std::os::unix::fs::symlink(&other, folder.path().join(name)).unwrap();
        }
        write(&file, b"new").unwrap();
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "precious");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        assert!(!file.is_symlink());
    }

    #[test]
    fn p461_what_was_left_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let kept = begin(folder.path()).unwrap().keep().unwrap().1;
        std::fs::write(folder.path().join("CURRENT"), "x").unwrap();
        clear(folder.path());
        assert!(!kept.exists() && folder.path().join("CURRENT").exists());
        clear(&folder.path().join("nowhere"));
    }
}
