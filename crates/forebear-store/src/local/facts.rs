//! What was learnt, by the parts.

use std::sync::PoisonError;

use forebear_facts::RepositoryFacts;
use forebear_image::{Digest, RegistryName, RepositoryName};

use super::look_up::one_by_one;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::log::Lost;
use crate::look_up::{Found, Keys};
use crate::store::FactStore;

impl FactStore for LocalStore {
    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError> {
        one_by_one(self, keys)
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept(digest)
    }

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        self.index.repositories_of(registry, after, limit)
    }

    fn has_failures(&self) -> Result<bool, StoreError> {
        self.index.has_failures()
    }

    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        self.index.failures(most)
    }

    fn lost(&self) -> Vec<Lost> {
        let mark = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let unreadable = self.unreadable.lock().unwrap_or_else(PoisonError::into_inner);
        mark.damaged.iter().chain(unreadable.iter()).copied().collect()
    }

    fn given_up(&self) -> Vec<Lost> {
        self.mark.lock().unwrap_or_else(PoisonError::into_inner).lost.clone()
    }

    fn accept_loss(&self) -> Result<Vec<Lost>, StoreError> {
        self.write(|| {
            let lost = self.lost();
            if lost.is_empty() {
                return Ok(lost);
            }
            // Of what one process could not read, the records are not known.
            let (known, _): (Vec<Lost>, Vec<Lost>) = lost.iter().partition(|lost| lost.first > 0);
            self.append_lost(&known)?;
            self.append_what_is_known()?;
            let position = self.log.sync()?;
            self.write_mark(|mark| {
                mark.lost.append(&mut mark.damaged);
                mark.reach(position);
            })?;
            self.unreadable.lock().unwrap_or_else(PoisonError::into_inner).clear();
            Ok(lost)
        })
    }
}
