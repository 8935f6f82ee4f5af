//! What was learnt from registries.

use forebear_facts::rows::FactSource;
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName};

use crate::error::StoreError;
use crate::failure::Failure;
use crate::log::Lost;
use crate::look_up::{Found, Keys};
use crate::subject::Subject;

/// Facts: documents as they were fetched, what tags led to and when, repositories,
/// failures.
///
/// What an index is built from it gives as a [`FactSource`]: rows, not documents.
/// Facts are written together with the tasks that found them:
/// [`crate::FrontierStore::commit`].
pub trait FactStore: FactSource + Send + Sync {
    /// Looks many keys up at once: in a store that is not in this process, one
    /// question.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError>;

    /// The bytes of a manifest, a config or a statement exactly as they were fetched.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// Repositories of one registry that were ever walked, in order: `limit` at
    /// most, after `after`.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError>;

    /// Whether anything is on record as failing.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn has_failures(&self) -> Result<bool, StoreError>;

    /// The first failures on record, `most` of them.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError>;

    /// Records that were once committed and can be read no more. As long as there
    /// are any, no index is published: it would hold less than the one in force.
    fn lost(&self) -> Vec<Lost>;

    /// Records that are lost and were given up.
    fn given_up(&self) -> Vec<Lost>;

    /// Gives up what is lost; returns it.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn accept_loss(&self) -> Result<Vec<Lost>, StoreError>;

    /// All failures on record.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.failures_up_to(usize::MAX)
    }

    /// What a manifest says; `None` when it was never stored.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError> {
        let keys = Keys { manifests: vec![*digest], ..Keys::default() };
        Ok(self.look_up(&keys)?.manifests.pop().flatten())
    }

    /// Whether a config is stored.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        let keys = Keys { configs: vec![*digest], ..Keys::default() };
        Ok(self.look_up(&keys)?.configs.pop().flatten().is_some())
    }

    /// What is known of a repository.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        let keys = Keys { repositories: vec![name], ..Keys::default() };
        Ok(self.look_up(&keys)?.repositories.pop().flatten())
    }

    /// The latest observation of a tag, over or not.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        let keys = Keys { tags: vec![(repository, tag)], ..Keys::default() };
        Ok(self.look_up(&keys)?.tags.pop().flatten())
    }

    /// The observation of a tag that is not over. That is the latest, or none:
    /// times only move forward for one tag.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn open_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        Ok(self.last_observation(repository, tag)?.filter(|last| !last.ended))
    }

    /// Observations of a repository that are not over, in the order of their
    /// tags: `limit` at most, of tags after `after`.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        let keys = Keys { open: vec![(repository, after)], most_open: limit, ..Keys::default() };
        Ok(self.look_up(&keys)?.open.pop().unwrap_or_default())
    }

    /// The failure of a subject, if it fails.
    ///
    /// # Errors
    /// As [`FactStore::look_up`].
    fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError> {
        let keys = Keys { failures: vec![subject.clone()], ..Keys::default() };
        Ok(self.look_up(&keys)?.failures.pop().flatten())
    }
}
