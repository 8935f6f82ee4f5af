//! The folder of an export: written beside its place, and put there as a whole.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use tempfile::TempDir;

use crate::error::ExportError;
use crate::manifest::{self, Manifest};

/// What names of folders begin with while they are written.
const PREFIX: &str = ".forebear-export-";
/// Files that stand beside the tables.
const BESIDE: [&str; 4] = [manifest::FILE, "DICTIONARY.md", "README.md", "croissant.json"];

/// A folder that is being written.
pub(crate) struct NewFolder {
    place: PathBuf,
    temporary: TempDir,
    /// Held as long as somebody writes: what nobody holds was left by a process that was killed.
    _held: Option<File>,
}

impl NewFolder {
    /// Makes one for `place`, which is missing, empty or an earlier export, and clears away
    /// what exports that were killed left beside it.
    pub(crate) fn beside(place: &Path) -> Result<Self, ExportError> {
        let place = std::path::absolute(place).map_err(ExportError::write(place))?;
        let place = std::fs::canonicalize(&place).unwrap_or(place);
        ensure_ours(&place)?;
        let parent = place.parent().unwrap_or(&place);
        if parent.exists() && !parent.is_dir() {
            return Err(ExportError::NoFolder(parent.to_owned()));
        }
        std::fs::create_dir_all(parent).map_err(ExportError::write(parent))?;
        // Between making a folder and holding it, nobody else clears anything away.
        let _turn = File::open(parent).ok().filter(|parent| parent.lock().is_ok());
        clear(parent);
        let temporary = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent);
        let temporary = temporary.map_err(ExportError::write(parent))?;
        let held = File::open(temporary.path()).ok().filter(|folder| folder.try_lock().is_ok());
        Ok(Self { place, temporary, _held: held })
    }

    pub(crate) fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// Puts it in its place, where nothing else may have come meanwhile.
    pub(crate) fn put(self) -> Result<PathBuf, ExportError> {
        ensure_ours(&self.place)?;
        let new = self.temporary.path();
        readable(new).map_err(ExportError::write(new))?;
        if self.place.exists() {
            self.replace()?;
        } else {
            std::fs::rename(new, &self.place).map_err(ExportError::write(&self.place))?;
            _ = self.temporary.keep();
        }
        sync_parent(&self.place).map_err(ExportError::write(&self.place))?;
        Ok(self.place)
    }

    /// The new and the earlier export change places, so that there is one at every moment;
    /// the earlier one then goes with the temporary folder.
    fn replace(&self) -> Result<(), ExportError> {
        let new = self.temporary.path();
        let exchanged = renameat_with(CWD, new, CWD, &self.place, RenameFlags::EXCHANGE);
        if exchanged.is_ok() {
            return Ok(());
        }
        // A file system that cannot exchange: the earlier one steps aside.
        let aside = tempfile::Builder::new().prefix(PREFIX).tempdir_in(self.place.parent().unwrap_or(new));
        let aside = aside.map_err(ExportError::write(&self.place))?;
        let old = aside.path().join("earlier");
        std::fs::rename(&self.place, &old).map_err(ExportError::write(&self.place))?;
        std::fs::rename(new, &self.place).map_err(|source| {
            // Back to what was there.
            _ = std::fs::rename(&old, &self.place);
            ExportError::Write { file: self.place.clone(), source }
        })
    }
}

/// Removes what exports that were killed left in a folder.
fn clear(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries.filter_map(Result::ok) {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let Some(folder) = File::open(entry.path()).ok().filter(|_| is_ours && is_folder) else { continue };
        match folder.try_lock() {
            // What cannot be removed is in nobody's way.
            Ok(()) => _ = std::fs::remove_dir_all(entry.path()),
            // Somebody writes to it, or nobody can tell.
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
}

fn sync_parent(place: &Path) -> std::io::Result<()> {
    place.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// Temporary folders are their owner's alone; an export is as any folder made anew.
fn readable(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
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
    let mut foreign: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(place).map_err(ExportError::write(place))? {
        let name = entry.map_err(ExportError::write(place))?.file_name().to_string_lossy().into_owned();
        let is_ours = earlier.is_some() && (known.contains(name.as_str()) || BESIDE.contains(&name.as_str()));
        foreign.extend((!is_ours).then_some(name));
    }
    foreign.sort();
    match foreign.into_iter().next() {
        Some(found) => Err(ExportError::Foreign { folder: place.to_owned(), found }),
        None => Ok(()),
    }
}
