//! A store that counts how it is asked.

use std::sync::atomic::{AtomicUsize, Ordering};

use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow};
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName, Timestamp};
use forebear_store::{
    AbsentTag, Batch, Failure, Found, Hold, Keys, LocalStore, Lost, Run, RunId, Stage, Store, StoreError, Subject, Task,
};

/// What was asked since the last look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Questions about many keys at once.
    pub(crate) look_ups: usize,
    /// Questions about one key.
    pub(crate) single: usize,
    /// Batches that ended tasks.
    pub(crate) chunks: usize,
    /// Tasks that they ended.
    pub(crate) outcomes: usize,
}

/// A store and its counters.
pub(crate) struct Counted {
    store: LocalStore,
    look_ups: AtomicUsize,
    single: AtomicUsize,
    chunks: AtomicUsize,
    outcomes: AtomicUsize,
}

impl Counted {
    pub(crate) fn new(store: LocalStore) -> Self {
        let none = AtomicUsize::default;
        Self { store, look_ups: none(), single: none(), chunks: none(), outcomes: none() }
    }

    pub(crate) fn asked(&self) -> Asked {
        let take = |counter: &AtomicUsize| counter.swap(0, Ordering::SeqCst);
        let (look_ups, single) = (take(&self.look_ups), take(&self.single));
        Asked { look_ups, single, chunks: take(&self.chunks), outcomes: take(&self.outcomes) }
    }

    fn one(&self) -> &LocalStore {
        self.single.fetch_add(1, Ordering::SeqCst);
        &self.store
    }
}

impl Store for Counted {
    fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.chunks.fetch_add(usize::from(!batch.done.is_empty()), Ordering::SeqCst);
        self.outcomes.fetch_add(batch.done.len(), Ordering::SeqCst);
        self.store.apply(batch)
    }

    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError> {
        self.look_ups.fetch_add(1, Ordering::SeqCst);
        self.store.look_up(keys)
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.store.flush()
    }

    fn checkpoint(&self) -> Result<(), StoreError> {
        self.store.checkpoint()
    }

    fn lost(&self) -> Vec<Lost> {
        self.store.lost()
    }

    fn given_up(&self) -> Vec<Lost> {
        self.store.given_up()
    }

    fn accept_loss(&self) -> Result<Vec<Lost>, StoreError> {
        self.store.accept_loss()
    }

    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError> {
        self.store.has_first_tasks(run)
    }

    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError> {
        self.store.begin_again(run, first)
    }

    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError> {
        self.one().manifest(digest)
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.one().document(digest)
    }

    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        self.one().has_config(digest)
    }

    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        self.one().last_observation(repository, tag)
    }

    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        self.one().open_observations(repository, after, limit)
    }

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        self.store.repositories_of(registry, after, limit)
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        self.one().repository(name)
    }

    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError> {
        self.store.pending(run, stage, after, limit)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        self.store.pending_count(run)
    }

    fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError> {
        self.one().is_pending(run, task)
    }

    fn was_walked(&self, run: RunId, repository: &RepositoryName) -> Result<bool, StoreError> {
        self.one().was_walked(run, repository)
    }

    fn tags_walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<u64>, StoreError> {
        self.one().tags_walked(run, repository)
    }

    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError> {
        self.store.absent(run, after, limit)
    }

    fn is_absent(&self, run: RunId, repository: &RepositoryName, tag: &str) -> Result<bool, StoreError> {
        self.one().is_absent(run, repository, tag)
    }

    fn begin_run(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError> {
        self.store.begin_run(selection, started, first)
    }

    fn end_run(&self, run: &Run) -> Result<(), StoreError> {
        self.store.end_run(run)
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.store.hold(registry)
    }

    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.store.runs()
    }

    fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError> {
        self.one().failure(subject)
    }

    fn has_failures(&self) -> Result<bool, StoreError> {
        self.store.has_failures()
    }

    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        self.store.failures_up_to(most)
    }
}

impl FactSource for Counted {
    fn lost_records(&self) -> u64 {
        self.store.lost_records()
    }

    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        self.store.texts(each)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.store.other_digests(each)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        self.store.configs(each)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        self.store.manifests(each)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        self.store.observations(each)
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        self.store.repositories(each)
    }
}
