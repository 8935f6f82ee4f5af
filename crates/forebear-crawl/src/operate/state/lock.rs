//! One crawler at a time in a data folder, and who it is.
//!
//! The store has a lock of its own; this one has a name on it, so that a
//! second crawler can say whom it would disturb, and `status` can tell a
//! running crawl from one that was killed.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Error, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use forebear_image::Timestamp;

use super::error::StateError;
use super::owner::Owner;

/// How long a lock is waited for: `status` holds it for an instant, and
/// `failures` while it opens the store.
const PATIENCE: Duration = Duration::from_secs(1);

/// The most bytes of a lock: who has it.
const CAP: u64 = 64 * 1024;

/// The right to work in a data folder, until it is dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the right.
    ///
    /// # Errors
    /// [`StateError::Busy`] when another process has it, with who that is;
    /// [`StateError::File`] when the file cannot be written.
    pub(super) fn take(file: &Path, doing: &str, now: Timestamp) -> Result<Self, StateError> {
        let state = |error| StateError::file("lock", file, error);
        if file.is_symlink() {
            // What it leads to would be written over.
            return Err(state(Error::other("it is a symbolic link, which no lock of ours is; remove it")));
        }
        let mut open = OpenOptions::new();
        let mut locked = open.read(true).write(true).create(true).truncate(false).open(file).map_err(state)?;
        let unread = |source| StateError::Unread { file: file.to_owned(), source };
        forebear_files::ensure_file(&locked).map_err(unread)?;
        let begun = Instant::now();
        while let Err(TryLockError::WouldBlock) = locked.try_lock() {
            if begun.elapsed() > PATIENCE {
                return Err(StateError::Busy { lock: file.to_owned(), owner: read(file) });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Or a file system without locks: the store's own still guards.
        let owner = Owner { process: std::process::id(), doing: doing.to_owned(), since: now };
        locked.set_len(0).map_err(state)?;
        locked.write_all(&serde_json::to_vec(&owner).unwrap_or_default()).map_err(state)?;
        Ok(Self { _file: locked })
    }
}

/// Who works in a data folder now; `None` when nobody does.
pub(super) fn owner(file: &Path) -> Option<Owner> {
    let locked = forebear_files::open(file).ok()?;
    // Shared, and given back at once: another reader is not in the way.
    match locked.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {
            let unknown = Owner { process: 0, doing: String::new(), since: Timestamp { seconds: 0, nanos: 0 } };
            Some(read(file).unwrap_or(unknown))
        }
        _ => None,
    }
}

fn read(file: &Path) -> Option<Owner> {
    serde_json::from_slice(&forebear_files::read(file, CAP).ok()?).ok()
}
