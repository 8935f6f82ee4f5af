//! A reader that lives longer than one published index.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use fs_err as fs;

use super::current::{CURRENT, open_current, open_other};
use crate::error::IndexError;
use crate::index::Index;

/// File systems tell times apart that are a tick of the clock apart, FAT's are
/// two seconds. A pointer younger than this when it was read may be replaced
/// within the same tick, so its time says nothing yet.
const TICK: Duration = Duration::from_secs(2);

/// The index that is in force in a folder, again after every publish. Shared
/// by as many threads as like: whoever asks has the index of that moment, and
/// keeps it for as long as it is held, whatever is published meanwhile.
#[derive(Debug)]
pub struct IndexFollower {
    folder: PathBuf,
    current: RwLock<Index>,
    /// When the pointer that was read last was written, where that tells it
    /// from every later one. Locked while somebody looks.
    read: Mutex<Option<SystemTime>>,
}

/// What looking again found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// The same index is in force.
    Unchanged,
    /// Another index is in force, and is what is given from now on.
    Replaced,
}

impl IndexFollower {
    /// Opens the index that is in force in `folder`.
    ///
    /// # Errors
    /// [`IndexError`] when there is none or it cannot be read.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        let current = RwLock::new(open_current(folder)?);
        Ok(Self { folder: folder.to_owned(), current, read: Mutex::new(None) })
    }

    /// The index in force when somebody last looked.
    #[must_use]
    pub fn current(&self) -> Index {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether another index is in force: one look at the pointer's time
    /// where it has not changed. Call it as often as answers should be new.
    ///
    /// # Errors
    /// [`IndexError`] when the pointer or the file it names is gone or damaged.
    /// The index before it stays in use, and the next look tries again.
    pub fn refresh(&self) -> Result<Followed, IndexError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match fs::metadata(self.folder.join(CURRENT)).and_then(|pointer| pointer.modified()) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(IndexError::Missing(self.folder.clone()));
            }
            written => written?,
        };
        if *read == Some(written) {
            return Ok(Followed::Unchanged);
        }
        *read = None;
        let known = self.current();
        let found = open_other(&self.folder, Some(known.file()))?;
        *read = written.elapsed().is_ok_and(|age| age > TICK).then_some(written);
        let Some(index) = found else { return Ok(Followed::Unchanged) };
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = index;
        Ok(Followed::Replaced)
    }
}
