//! The folder of a store: whose it is, and who has it open.

use std::fs::{File, TryLockError};
use std::path::Path;

use fs_err as fs;

use crate::disk::{RealDisk, replace};
use crate::error::StoreError;

/// Version of the folder's layout. 1 had all in sled.
pub(super) const FORMAT: u32 = 2;
/// Says whose folder it is, and its version.
pub(super) const MARKER: &str = "forebear-store";
/// The most bytes of it: a number.
const MARKER_CAP: u64 = 4 * 1024;
/// How far the log reaches.
pub(super) const MARK: &str = "mark";
/// The log.
pub(super) const FACTS: &str = "facts";
/// Its index.
pub(super) const SLED: &str = "sled";
/// Derived rows.
pub(super) const ROWS: &str = "rows";
const LOCK: &str = "lock";

/// Held while a process has the store open; the system lets go of it with the
/// process.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock before anything of the folder is touched.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(LOCK);
        // Read too: a FIFO that is only written to would be waited for.
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(|error| StoreError::file(&path, error))?;
        forebear_files::ensure_file(&file).map_err(|unread| StoreError::file(&path, unread.into()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy { folder: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(StoreError::file(&path, error)),
        }
    }
}

/// Whose a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Nobody's: there is nothing in it, or only what a first start left.
    Nobody,
    /// A store's of this version.
    Store(u32),
}

/// Looks whose a folder is; one that is another program's is an error.
pub(super) fn owner(folder: &Path) -> Result<Owner, StoreError> {
    let foreign = |reason: String| StoreError::Foreign { folder: folder.to_owned(), reason };
    if folder.is_file() {
        return Err(foreign("it is a file".to_owned()));
    }
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Owner::Nobody),
        entries => entries?,
    };
    let mut other = None;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != MARKER && name != LOCK {
            other.get_or_insert(name);
        }
    }
    let marker = folder.join(MARKER);
    let text = match forebear_files::read_text(&marker, MARKER_CAP) {
        Err(error) if error.is_missing() => None,
        Err(unread) => return Err(StoreError::file(&marker, unread.into())),
        Ok(text) => Some(text),
    };
    match (text, other) {
        // A process that ended before its marker was on the disk leaves it empty.
        (None, None) => Ok(Owner::Nobody),
        (Some(text), None) if text.is_empty() => Ok(Owner::Nobody),
        (None, Some(other)) => Err(foreign(format!("it holds '{other}' and no {MARKER}"))),
        (Some(text), _) => match text.trim().parse::<u32>() {
            Ok(version) => Ok(Owner::Store(version)),
            Err(_) => Err(foreign(format!("its file {MARKER} is unreadable"))),
        },
    }
}

/// Says that a folder is a store's, on the disk.
pub(super) fn claim(folder: &Path) -> Result<(), StoreError> {
    let marker = folder.join(MARKER);
    replace(&RealDisk, &marker, format!("{FORMAT}\n").as_bytes()).map_err(|error| StoreError::file(&marker, error))
}
