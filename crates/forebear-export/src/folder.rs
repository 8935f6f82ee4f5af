//! The folder of an export: written beside its place, and put there as a whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::error::ExportError;
use crate::manifest::{self, Manifest};

/// A folder that is being written.
pub(crate) struct NewFolder {
    place: PathBuf,
    temporary: TempDir,
}

impl NewFolder {
    /// Makes one for `place`, which is missing, empty or an earlier export.
    pub(crate) fn beside(place: &Path) -> Result<Self, ExportError> {
        let place = std::path::absolute(place).map_err(ExportError::write(place))?;
        let place = fs_err::canonicalize(&place).unwrap_or(place);
        ensure_ours(&place)?;
        let parent = place.parent().unwrap_or(&place);
        fs_err::create_dir_all(parent).map_err(ExportError::write(parent))?;
        let temporary = tempfile::Builder::new().prefix(".forebear-export-").tempdir_in(parent);
        let temporary = temporary.map_err(ExportError::write(parent))?;
        Ok(Self { place, temporary })
    }

    pub(crate) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Puts it in its place, where nothing else may have come meanwhile.
    pub(crate) fn put(self) -> Result<PathBuf, ExportError> {
        ensure_ours(&self.place)?;
        let new = self.temporary.path().to_owned();
        let old = new.with_extension("old");
        readable(&new).map_err(ExportError::write(&new))?;
        if self.place.exists() {
            fs_err::rename(&self.place, &old).map_err(ExportError::write(&self.place))?;
        }
        if let Err(error) = fs_err::rename(&new, &self.place) {
            // Back to what was there.
            _ = fs_err::rename(&old, &self.place);
            return Err(ExportError::Write { file: self.place, source: error });
        }
        _ = self.temporary.keep();
        _ = fs_err::remove_dir_all(&old);
        Ok(self.place)
    }
}

/// Temporary folders are their owner's alone; an export is as any folder made anew.
#[cfg(unix)]
fn readable(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn readable(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Fails where a folder holds what no export wrote.
fn ensure_ours(place: &Path) -> Result<(), ExportError> {
    if !place.exists() {
        return Ok(());
    }
    if !place.is_dir() {
        return Err(ExportError::NoFolder(place.to_owned()));
    }
    let earlier = Manifest::of_folder(place);
    let files = earlier.iter().flat_map(|own| own.files.iter().map(|file| file.path.as_str()));
    let known: BTreeSet<&str> = files.map(|path| path.split('/').next().unwrap_or(path)).collect();
    let own = [manifest::FILE, "DICTIONARY.md", "README.md", "croissant.json"];
    let mut foreign: Vec<String> = Vec::new();
    for entry in fs_err::read_dir(place).map_err(ExportError::write(place))? {
        let name = entry.map_err(ExportError::write(place))?.file_name().to_string_lossy().into_owned();
        let is_ours = earlier.is_some() && (known.contains(name.as_str()) || own.contains(&name.as_str()));
        foreign.extend((!is_ours).then_some(name));
    }
    foreign.sort();
    match foreign.into_iter().next() {
        Some(found) => Err(ExportError::Foreign { folder: place.to_owned(), found }),
        None => Ok(()),
    }
}
