//! What indexes are built from: rows as they were derived, observations and
//! repositories as the index of the store has them.

use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow};
use forebear_facts::{RepositoryFacts, TagObservation};

use super::folder::REBUILD;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::sled::{Sum, encode};

impl FactSource for LocalStore {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        Ok(self.rows.texts(each)?)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        Ok(self.rows.other_digests(each)?)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        Ok(self.rows.configs(each)?)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        Ok(self.rows.manifests(each)?)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        let (mut sum, mut failed) = (Sum::default(), None);
        self.index.each_observation(&mut |row: TagObservation| {
            match encode("observation", &row) {
                Ok(bytes) => sum.add(&bytes),
                Err(error) => failed = Some(error),
            }
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
        match failed {
            Some(error) => Err(error.into()),
            None if sum == self.index.observed() => Ok(()),
            // It has dropped rows without a word.
            None => {
                std::fs::write(self.folder.join(REBUILD), "")?;
                Err(StoreError::IndexLost { folder: self.folder.clone() }.into())
            }
        }
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        Ok(self.index.each_repository(each)?)
    }
}
