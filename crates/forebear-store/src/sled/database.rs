//! The database, and how its rows are reached.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use sled::IVec;

use super::codec::decode;
use super::error::failed;
use super::texts::Numbers;
use crate::error::StoreError;

/// A store in a folder of its own.
#[derive(Debug)]
pub struct SledStore {
    pub(super) database: sled::Db,
    pub(super) folder: PathBuf,
    numbers: Mutex<Numbers>,
    /// Held by whoever gives a run its number.
    runs: Mutex<()>,
}

impl SledStore {
    pub(super) fn new(database: sled::Db, folder: &Path) -> Self {
        Self { database, folder: folder.to_owned(), numbers: Mutex::default(), runs: Mutex::default() }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Bytes it takes on disk.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the size cannot be read.
    pub fn size_on_disk(&self) -> Result<u64, StoreError> {
        self.database.size_on_disk().map_err(failed)
    }

    /// The numbers of texts, for whoever writes.
    pub(super) fn numbers(&self) -> MutexGuard<'_, Numbers> {
        // What a panic left is only a cache; the database has the truth.
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of runs, for whoever begins one.
    pub(super) fn runs_lock(&self) -> MutexGuard<'_, ()> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn bytes(&self, key: &[u8]) -> Result<Option<IVec>, StoreError> {
        self.database.get(key).map_err(failed)
    }

    pub(super) fn has(&self, key: &[u8]) -> Result<bool, StoreError> {
        self.database.contains_key(key).map_err(failed)
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
            each(decode(what, &entry.map_err(failed)?.1)?);
        }
        Ok(())
    }

    pub(super) fn apply_batch(&self, writes: sled::Batch) -> Result<(), StoreError> {
        self.database.apply_batch(writes).map_err(|error| self.refused("written to", error))
    }

    pub(super) fn flush_all(&self) -> Result<(), StoreError> {
        self.database.flush().map(drop).map_err(|error| self.refused("flushed", error))
    }

    /// The disk's refusal, with where.
    fn refused(&self, doing: &'static str, error: sled::Error) -> StoreError {
        StoreError::Refused { folder: self.folder.clone(), doing, source: Box::new(error) }
    }
}
