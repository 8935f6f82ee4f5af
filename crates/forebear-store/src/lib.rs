//! What the crawler keeps: facts, and the frontier of what is still to fetch.
//!
//! [`Store`] is the boundary; [`sled`] is its first implementation. Facts and
//! the tasks that made them done go in one atomic [`Batch`], so a crash never
//! leaves one without the other. This crate knows nothing of HTTP: it is handed
//! bytes and gives them back.

#![forbid(unsafe_code)]

mod batch;
mod codec;
mod error;
mod failure;
mod hold;
mod keys;
mod records;
mod rows;
pub mod sled;
mod task;
mod texts;
mod write;

use forebear_facts::rows::FactSource;
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName};

pub use batch::{Batch, NewConfig, NewDocument, NewManifest, compress};
pub use error::StoreError;
pub use failure::{Failure, PARKED_AFTER};
pub use hold::Hold;
pub use records::{Run, RunId};
pub use task::{Stage, Task};

/// Facts and frontier, behind one trait for every database.
///
/// Reads see what [`Store::apply`] wrote as soon as it returns; it is on disk
/// once [`Store::flush`] returned.
/// What an index is built from it gives as a [`FactSource`]: rows, not documents.
pub trait Store: FactSource + Send + Sync {
    /// Applies a batch, all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; nothing of the batch is then
    /// visible.
    fn apply(&self, batch: Batch) -> Result<(), StoreError>;

    /// Returns once everything applied so far survives a power cut.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn flush(&self) -> Result<(), StoreError>;

    /// What a manifest says; `None` when it was never stored.
    ///
    /// # Errors
    /// [`StoreError`] when the row cannot be read.
    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError>;

    /// The bytes of a manifest, a config or a statement exactly as they were fetched.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn document(&self, digest: &forebear_image::Digest) -> Result<Option<Vec<u8>>, StoreError>;

    /// Whether a config is stored.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError>;

    /// The latest observation of a tag, over or not.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError>;

    /// The observation of a tag that is not over. That is the latest, or none:
    /// times only move forward for one tag.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn open_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        Ok(self.last_observation(repository, tag)?.filter(|last| !last.ended))
    }

    /// Observations of a repository that are not over, in the order of their
    /// tags: `limit` at most, of tags after `after`.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError>;

    /// Repositories of one registry that were ever walked, in order: `limit` at
    /// most, after `after`.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError>;

    /// What is known of a repository.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError>;

    /// Pending tasks of a run and stage, in key order, those in `skip` left out.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn pending(
        &self,
        run: RunId,
        stage: Stage,
        limit: usize,
        skip: &dyn Fn(&Task) -> bool,
    ) -> Result<Vec<Task>, StoreError>;

    /// How many tasks of a run are pending, by stage.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn pending_count(&self, run: RunId) -> Result<u64, StoreError>;

    /// Whether a task of a run is pending.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError>;

    /// Whether a run has listed a repository's tags.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn was_walked(&self, run: RunId, repository: &RepositoryName) -> Result<bool, StoreError>;

    /// Forgets what only an unfinished run needs: its pending tasks, and which
    /// repositories it has walked.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn forget_run(&self, run: RunId) -> Result<(), StoreError>;

    /// The hold of a registry, over or not.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError>;

    /// All runs, oldest first.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn runs(&self) -> Result<Vec<Run>, StoreError>;

    /// The failure of a subject, if it fails.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn failure(&self, subject: &str) -> Result<Option<Failure>, StoreError>;

    /// Whether anything is on record as failing.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn has_failures(&self) -> Result<bool, StoreError>;

    /// All failures on record.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.failures_up_to(usize::MAX)
    }

    /// The first failures on record, so many at most.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError>;
}
