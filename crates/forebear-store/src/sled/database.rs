//! The database, and how its rows are reached.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use fs_err as fs;
use serde::de::DeserializeOwned;
use sled::IVec;

use super::changes::Changes;
use super::codec::decode;
use super::keys::{self, Kind};
use super::sum::{self, Sum};
use crate::error::StoreError;
use crate::log::{Fingerprint, LogPoint};

/// How often an index that is locked is tried again, and how long after: the threads
/// of one that was closed a moment ago may still have it.
const LOCKED_TRIES: u32 = 150;
const LOCKED_FOR: Duration = Duration::from_millis(20);

/// Beside the index while it is to be made anew.
pub(crate) const REBUILD: &str = "rebuild";

/// Has the index in a store's folder made anew when the store is next opened.
pub(crate) fn to_be_rebuilt(store: &Path) -> std::io::Result<()> {
    match fs::OpenOptions::new().write(true).create_new(true).open(store.join(REBUILD)) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

/// An index in a folder of its own.
#[derive(Debug)]
pub(crate) struct SledIndex {
    pub(super) database: sled::Db,
    folder: PathBuf,
    state: Mutex<State>,
}

/// What each batch says of the whole.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// Up to where the index reflects the log.
    reflects: LogPoint,
    /// Of all observations.
    observed: Sum,
}

/// Why an index is no use: it is made again.
#[derive(Debug)]
pub(crate) struct Broken(pub(crate) String);

impl SledIndex {
    /// Opens or makes the index in `folder`, with `cache` bytes of memory. Whoever
    /// calls holds the store's lock.
    pub(crate) fn open(folder: &Path, cache: u64) -> Result<Result<Self, Broken>, StoreError> {
        clear_leftovers(folder)?;
        let config = sled::Config::new().path(folder).cache_capacity(cache).flush_every_ms(None);
        // It asks for a place in a file that is cut off without looking.
        let mut opened = quietly(|| config.open());
        for _ in 0..LOCKED_TRIES {
            match &opened {
                Ok(Err(sled::Error::Io(error))) if is_lock(error) => std::thread::sleep(LOCKED_FOR),
                _ => break,
            }
            opened = quietly(|| config.open());
        }
        Ok(match opened {
            Ok(Ok(database)) => match State::load(&database) {
                Ok(state) => Ok(Self { database, folder: folder.to_owned(), state: Mutex::new(state) }),
                Err(error) => Err(Broken(error.to_string())),
            },
            // The disk's word, not the content's.
            Ok(Err(sled::Error::Io(error))) if is_of_machine(&error) => {
                return Err(StoreError::Refused {
                    folder: folder.to_owned(),
                    doing: "opened",
                    source: Box::new(error),
                });
            }
            // An earlier version's process, which does not know our lock.
            Ok(Err(sled::Error::Io(error))) if is_lock(&error) => {
                return Err(StoreError::Busy { folder: folder.parent().unwrap_or(folder).to_owned() });
            }
            Ok(Err(error)) => Err(Broken(error.to_string())),
            Err(panic) => Err(Broken(panic)),
        })
    }

    /// Removes all that lies in an index's folder.
    pub(crate) fn remove(folder: &Path) -> Result<(), StoreError> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Ok(())
    }

    /// Up to which record it reflects the log, and which log.
    pub(crate) fn position(&self) -> LogPoint {
        self.state().reflects
    }

    /// The sum of all observations that it was given.
    pub(crate) fn observed(&self) -> Sum {
        self.state().observed
    }

    /// Applies changes, all of them or nothing.
    pub(crate) fn apply(&self, changes: Changes) -> Result<(), StoreError> {
        let Changes { mut batch, reflects, observed, .. } = changes;
        let mut state = self.state();
        let next = State { reflects: reflects.unwrap_or(state.reflects), observed: state.observed.and(observed) };
        batch.insert(keys::prefix(Kind::Position, &[]), next.to_bytes());
        self.database.apply_batch(batch).map_err(|error| self.refused("written to", error))?;
        *state = next;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.database.flush().map(drop).map_err(|error| self.refused("flushed", error))
    }

    pub(super) fn bytes(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        self.database.get(key).map_err(|error| self.failed(error))
    }

    pub(super) fn has(&self, key: &[u8]) -> Result<bool, StoreError> {
        self.database.contains_key(key).map_err(|error| self.failed(error))
    }

    pub(super) fn row<T: DeserializeOwned>(&self, what: &'static str, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.bytes(key)?.map(|bytes| decode(what, &bytes)).transpose()
    }

    pub(super) fn each_row<T: DeserializeOwned>(
        &self,
        what: &'static str,
        prefix: &[u8],
        each: &mut dyn FnMut(T),
    ) -> Result<(), StoreError> {
        for entry in self.database.scan_prefix(prefix) {
            each(decode(what, &entry.map_err(|error| self.failed(error))?.1)?);
        }
        Ok(())
    }

    /// Has the next process make it anew.
    pub(crate) fn give_up(&self) {
        if let Some(Err(error)) = self.folder.parent().map(to_be_rebuilt) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the index cannot be marked as failed");
        }
    }

    /// sled's error as the store's. It may be met again whenever the same page is
    /// read: the next process makes the index anew.
    pub(super) fn failed(&self, error: sled::Error) -> StoreError {
        self.give_up();
        StoreError::Database(Box::new(error))
    }

    /// The disk's refusal, with where.
    fn refused(&self, doing: &'static str, error: sled::Error) -> StoreError {
        StoreError::Refused { folder: self.folder.clone(), doing, source: Box::new(error) }
    }
}

impl State {
    fn to_bytes(self) -> Vec<u8> {
        let LogPoint { sequence, fingerprint } = self.reflects;
        [&sequence.to_le_bytes()[..], &self.observed.to_bytes(), &fingerprint.0.to_le_bytes()].concat()
    }

    fn load(database: &sled::Db) -> Result<Self, sled::Error> {
        let row = database.get(keys::prefix(Kind::Position, &[]))?;
        Ok(row.as_ref().and_then(|row| Self::read(row)).unwrap_or_default())
    }

    fn read(row: &[u8]) -> Option<Self> {
        let (sequence, rest) = row.split_first_chunk::<8>()?;
        let (observed, fingerprint) = rest.split_first_chunk::<{ sum::BYTES }>()?;
        // An earlier version knew of no fingerprints: its index is taken for this log's.
        let fingerprint =
            fingerprint.first_chunk().map_or(Fingerprint::UNKNOWN, |f| Fingerprint(u64::from_le_bytes(*f)));
        let reflects = LogPoint { sequence: u64::from_le_bytes(*sequence), fingerprint };
        Some(Self { reflects, observed: Sum::read(observed)? })
    }
}

/// sled leaves an empty snapshot when the disk is full, and takes it for a damaged
/// one ever after.
fn clear_leftovers(folder: &Path) -> Result<(), StoreError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("snap.") && name.to_string_lossy().ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// sled reports its lock as an error of kind `Other`, by text.
fn is_lock(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::WouldBlock || error.to_string().contains("could not acquire lock")
}

/// Whether the file system speaks, not what it was found to hold.
fn is_of_machine(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    let kinds = [
        ErrorKind::StorageFull,
        ErrorKind::QuotaExceeded,
        ErrorKind::PermissionDenied,
        ErrorKind::ReadOnlyFilesystem,
        ErrorKind::OutOfMemory,
    ];
    // Too many open files, of the process and of the machine.
    kinds.contains(&error.kind()) || matches!(error.raw_os_error(), Some(23 | 24))
}

thread_local! {
    /// Whether a panic of this thread is expected.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs what may panic, without a word on stderr; gives the panic's.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                others(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(false);
    done.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked").to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p840_a_state_of_an_earlier_version_is_of_a_log_that_is_not_known() {
        let reflects = LogPoint { sequence: 7, fingerprint: Fingerprint(9) };
        let mut observed = Sum::default();
        observed.add(b"an observation");
        let row = State { reflects, observed }.to_bytes();
        let read = |row| State::read(row).map(|state| (state.reflects, state.observed));
        assert_eq!(read(&row), Some((reflects, observed)));
        let earlier = LogPoint { fingerprint: Fingerprint::UNKNOWN, ..reflects };
        assert_eq!(read(&row[..32]), Some((earlier, observed)));
        assert_eq!(read(&row[..31]), None);
    }
}
