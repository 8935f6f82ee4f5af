//! The store in sled: one tree, one atomic batch per write.
//!
//! sled admits one process and says so by a lock on its folder. A batch that
//! was applied is visible at once and on disk only after a flush; the caller
//! counts what is unflushed as still in flight.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName};
use fs_err as fs;
use serde::de::DeserializeOwned;

use crate::batch::Batch;
use crate::codec::decode;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::keys::{self, Kind};
use crate::records::{Run, RunId};
use crate::task::{Stage, Task};
use crate::texts::Numbers;
use crate::{Store, rows};

const FORMAT: u32 = 1;
const MARKER: &str = "forebear-store";
/// Rows removed in one batch.
const FORGOTTEN_AT_ONCE: usize = 10_000;
/// Documents are capped far below this when they are fetched.
const MAX_DOCUMENT: usize = 64 << 20;

/// A store in a folder of its own.
#[derive(Debug)]
pub struct SledStore {
    pub(crate) database: ::sled::Db,
    folder: PathBuf,
    numbers: Mutex<Numbers>,
}

impl SledStore {
    /// Opens or makes the store in `folder`. `cache` bounds its memory, in bytes.
    ///
    /// # Errors
    /// [`StoreError`] when the folder is another program's, in use, or of
    /// another version. A folder that is not ours is left as it was.
    pub fn open(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        let marker = folder.join(MARKER);
        let foreign = |reason: String| StoreError::Foreign { folder: folder.to_owned(), reason };
        if folder.is_file() {
            return Err(foreign("it is a file".to_owned()));
        }
        if folder.exists() {
            match fs::read_to_string(&marker) {
                Ok(text) => match text.trim().parse::<u32>() {
                    Ok(FORMAT) => {}
                    Ok(found) => {
                        return Err(StoreError::Version { folder: folder.to_owned(), found, known: FORMAT });
                    }
                    Err(_) => return Err(foreign(format!("its file {MARKER} is unreadable"))),
                },
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    if let Some(entry) = fs::read_dir(folder)?.next() {
                        let name = entry?.file_name();
                        return Err(foreign(format!("it holds '{}' and no {MARKER}", name.to_string_lossy())));
                    }
                }
                Err(error) => return Err(error.into()),
            }
        }
        fs::create_dir_all(folder)?;
        if !marker.exists() {
            fs::write(&marker, format!("{FORMAT}\n"))?;
        }
        let opened = ::sled::Config::new().path(folder.join("sled")).cache_capacity(cache).flush_every_ms(None).open();
        let database = opened.map_err(|error| match &error {
            ::sled::Error::Io(io) if io.kind() == std::io::ErrorKind::WouldBlock || is_lock_error(io) => {
                StoreError::Busy { folder: folder.to_owned() }
            }
            _ => StoreError::Database(error),
        })?;
        let store = Self { database, folder: folder.to_owned(), numbers: Mutex::default() };
        rows::bring_up_to_date(&store)?;
        Ok(store)
    }

    /// The numbers of texts, for whoever writes.
    pub(crate) fn numbers(&self) -> MutexGuard<'_, Numbers> {
        // What a panic left is only a cache; the database has the truth.
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
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
        Ok(self.database.size_on_disk()?)
    }

    /// The disk's refusal, with where and what now.
    pub(crate) fn refused(&self, doing: &'static str, error: ::sled::Error) -> StoreError {
        StoreError::Refused { folder: self.folder.clone(), doing, source: error }
    }

    fn row<T: DeserializeOwned>(&self, what: &'static str, key: Vec<u8>) -> Result<Option<T>, StoreError> {
        self.database.get(key)?.map(|bytes| decode(what, &bytes)).transpose()
    }

    pub(crate) fn each_row<T: DeserializeOwned>(
        &self,
        what: &'static str,
        prefix: Vec<u8>,
        each: &mut dyn FnMut(T),
    ) -> Result<(), StoreError> {
        for entry in self.database.scan_prefix(prefix) {
            each(decode(what, &entry?.1)?);
        }
        Ok(())
    }
}

/// sled reports its lock as an error of kind `Other`, by text.
fn is_lock_error(error: &std::io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

impl Store for SledStore {
    fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        // Texts get their numbers and are written with the rows that use them,
        // one batch after the other.
        let has_rows = !batch.manifests.is_empty() || !batch.configs.is_empty() || !batch.observations.is_empty();
        let mut numbers = has_rows.then(|| self.numbers());
        let applied = self.write(batch, numbers.as_deref_mut());
        if let Some(mut numbers) = numbers.filter(|_| applied.is_err()) {
            // What they say of texts may not be there.
            numbers.forget();
        }
        applied
    }
    fn flush(&self) -> Result<(), StoreError> {
        self.database.flush().map(drop).map_err(|error| self.refused("flushed", error))
    }

    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError> {
        let Some(row) = self.database.get(keys::digest(Kind::Manifest, &digest.0))? else { return Ok(None) };
        let Some(document) = self.document(&digest.0)? else { return Ok(None) };
        let facts = rows::parse_manifest(self, &document)?;
        Ok(Some(rows::attestation_again(facts, rows::is_attestation(&row))))
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(bytes) = self.database.get(keys::digest(Kind::Document, digest))? else { return Ok(None) };
        let error = |e: std::io::Error| StoreError::Row { what: "document", reason: e.to_string() };
        zstd::bulk::decompress(&bytes, MAX_DOCUMENT).map(Some).map_err(error)
    }

    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        Ok(self.database.contains_key(keys::digest(Kind::Config, &digest.0))?)
    }

    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        let Some(entry) = self.database.scan_prefix(keys::tag(repository, tag)).next_back() else { return Ok(None) };
        decode("observation", &entry?.1).map(Some)
    }

    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        let prefix = keys::tags(repository);
        let start = after.map_or_else(|| prefix.clone(), |tag| keys::after_tag(repository, tag));
        let mut open = Vec::new();
        for entry in self.database.range(start..) {
            let (key, row) = entry?;
            if open.len() >= limit || !key.starts_with(&prefix) {
                break;
            }
            let observation: TagObservation = decode("observation", &row)?;
            if !observation.ended {
                open.push(observation);
            }
        }
        Ok(open)
    }

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        let prefix = keys::prefix(Kind::Repository, format!("{registry}/").as_bytes());
        let start = after.map_or_else(|| prefix.clone(), |name| [&keys::repository(name)[..], &[0]].concat());
        let mut all = Vec::new();
        for entry in self.database.range(start..).take(limit) {
            let (key, row) = entry?;
            if !key.starts_with(&prefix) {
                break;
            }
            all.push(decode("repository", &row)?);
        }
        Ok(all)
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        self.row("repository", keys::repository(name))
    }

    fn pending(
        &self,
        run: RunId,
        stage: Stage,
        limit: usize,
        skip: &dyn Fn(&Task) -> bool,
    ) -> Result<Vec<Task>, StoreError> {
        let mut found = Vec::new();
        for entry in self.database.scan_prefix(keys::tasks(run, Some(stage))) {
            if found.len() >= limit {
                break;
            }
            let task: Task = decode("task", &entry?.1)?;
            if !skip(&task) {
                found.push(task);
            }
        }
        Ok(found)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        let mut count = 0;
        for key in self.database.scan_prefix(keys::tasks(run, None)).keys() {
            key?;
            count += 1;
        }
        Ok(count)
    }

    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        self.each_row("run", keys::prefix(Kind::Run, &[]), &mut |run| runs.push(run))?;
        Ok(runs)
    }

    fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError> {
        Ok(self.database.contains_key(keys::task(run, task))?)
    }

    fn was_walked(&self, run: RunId, repository: &RepositoryName) -> Result<bool, StoreError> {
        Ok(self.database.contains_key(keys::walked(run, Some(repository)))?)
    }

    fn forget_run(&self, run: RunId) -> Result<(), StoreError> {
        let of = |prefix: Vec<u8>| self.database.scan_prefix(prefix).keys();
        let mut keys = of(keys::tasks(run, None)).chain(of(keys::walked(run, None))).peekable();
        while keys.peek().is_some() {
            let mut removed = ::sled::Batch::default();
            for key in keys.by_ref().take(FORGOTTEN_AT_ONCE) {
                removed.remove(key?);
            }
            self.database.apply_batch(removed).map_err(|error| self.refused("written to", error))?;
        }
        Ok(())
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.row("hold", keys::prefix(Kind::Hold, registry.as_bytes()))
    }

    fn failure(&self, subject: &str) -> Result<Option<Failure>, StoreError> {
        let row = self.database.get(keys::prefix(Kind::Failure, subject.as_bytes()))?;
        row.map(|bytes| Failure::decode(&bytes)).transpose()
    }

    fn has_failures(&self) -> Result<bool, StoreError> {
        Ok(self.database.scan_prefix(keys::prefix(Kind::Failure, &[])).next().transpose()?.is_some())
    }

    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        let all = self.database.scan_prefix(keys::prefix(Kind::Failure, &[]));
        all.values().take(most).map(|row| Failure::decode(&row?)).collect()
    }
}
