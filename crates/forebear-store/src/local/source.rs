//! What indexes are built from: rows as they were derived, observations and
//! repositories as the index of the store has them.

use std::sync::atomic::Ordering;

use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow};
use forebear_facts::{RepositoryFacts, RepositorySeen};

use super::store::LocalStore;
use crate::error::StoreError;
use crate::log::Lost;
use crate::rows::RowCache;
use crate::store::FactStore as _;

impl LocalStore {
    /// Reads rows. A file of them that turns out to be damaged is given up, and what is
    /// missing then is made again from the log before anybody reads again.
    fn reading(&self, read: impl FnOnce(&RowCache) -> Result<(), StoreError>) -> Result<(), SourceError> {
        if self.is_behind.load(Ordering::SeqCst) {
            let _one_at_a_time = self.writing();
            self.catch_up()?;
        }
        let done = read(&self.rows);
        if let Err(StoreError::Rows { file, .. }) = &done {
            let _one_at_a_time = self.writing();
            self.is_behind.store(true, Ordering::SeqCst);
            self.rows.give_up(file);
        }
        Ok(done?)
    }
}

impl FactSource for LocalStore {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        self.reading(|rows| rows.texts(each))
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.reading(|rows| rows.other_digests(each))
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        self.reading(|rows| rows.configs(each))
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        self.reading(|rows| rows.manifests(each))
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        let sum = self.index.each_observation(&mut |row| {
            let (repository, manifest) = (row.repository.to_string(), row.digest.0.key());
            each(ObservationRow {
                repository: &repository,
                tag: &row.tag,
                manifest: &manifest,
                first_seen: row.first_seen,
                last_seen: row.last_seen,
                ended: row.ended,
            });
        })?;
        if sum == self.index.observed() {
            return Ok(());
        }
        // It has dropped rows without a word.
        self.index.give_up();
        Err(StoreError::IndexLost { folder: self.folder.clone() }.into())
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        Ok(self.index.each_repository(each)?)
    }

    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        Ok(self.index.each_seen(each)?)
    }

    fn lost_records(&self) -> u64 {
        self.given_up().iter().map(Lost::records).sum()
    }
}
