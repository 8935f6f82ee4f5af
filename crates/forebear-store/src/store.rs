//! The boundary: what every database behind the crawler can do.

use forebear_facts::rows::FactSource;
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName, Timestamp};

use crate::absent::AbsentTag;
use crate::batch::Batch;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::log::Lost;
use crate::look_up::{Found, Keys};
use crate::run::{Run, RunId};
use crate::subject::Subject;
use crate::task::{Stage, Task};

/// Facts and frontier, behind one trait for every database.
///
/// Reads see what [`Store::apply`] wrote as soon as it returns; it is on disk
/// once [`Store::flush`] returned. [`crate::Committer`] does both for whoever
/// writes much.
///
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

    /// Leaves all on the disk as after a finished piece of work: what was seen again
    /// is confirmed, and how far the store reaches is written down.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn checkpoint(&self) -> Result<(), StoreError>;

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

    /// Looks many keys up at once: in a store that is not in this process, one
    /// question.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError>;

    /// What a manifest says; `None` when it was never stored.
    ///
    /// # Errors
    /// [`StoreError`] when the row cannot be read.
    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError>;

    /// The bytes of a manifest, a config or a statement exactly as they were fetched.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

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

    /// Pending tasks of a run and stage, in the store's own order: `limit` at
    /// most, those after `after`. Fewer than `limit` are the last. What is added
    /// meanwhile may come before `after`.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError>;

    /// How many tasks of a run are pending.
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

    /// How many tags of a repository's list a run asks for; `None` where it has
    /// not listed them, or was begun by a version that did not count them.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn tags_walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<u64>, StoreError>;

    /// Tags that a run found listed and not there, by repository and tag: `limit`
    /// at most, after `after`.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError>;

    /// Whether a run found a tag listed and not there.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn is_absent(&self, run: RunId, repository: &RepositoryName, tag: &str) -> Result<bool, StoreError>;

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

    /// Begins a run with its first tasks, all of it or nothing, under a number
    /// that no run has had.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn begin_run(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError>;

    /// Whether a run has its first tasks, done or not: a frontier that was lost is
    /// begun again.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError>;

    /// Gives a run its first tasks again.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError>;

    /// Ends a run, whatever it has left to do: what only an unfinished run
    /// needs, its pending tasks, which repositories it has walked and which tags
    /// were absent, is forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn end_run(&self, run: &Run) -> Result<(), StoreError>;

    /// The failure of a subject, if it fails.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError>;

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

    /// The first failures on record, `most` of them.
    ///
    /// # Errors
    /// As [`Store::manifest`].
    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError>;
}
