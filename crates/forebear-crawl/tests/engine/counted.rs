//! A store that counts how it is asked.

use std::sync::atomic::{AtomicUsize, Ordering};

use forebear_facts::RepositoryFacts;
use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow};
use forebear_image::{Digest, RegistryName, RepositoryName, Timestamp};
use forebear_store::{
    AbsentTag, Batch, Claim, FactStore, Failure, Found, FrontierStore, Hold, Keys, LocalStore, Lost, Receipt, Run,
    RunId, RunStore, Stage, StoreError, Task, Walked, WorkerId,
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
}

impl FactStore for Counted {
    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError> {
        self.look_ups.fetch_add(1, Ordering::SeqCst);
        self.store.look_up(keys)
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.single.fetch_add(1, Ordering::SeqCst);
        self.store.document(digest)
    }

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        self.store.repositories_of(registry, after, limit)
    }

    fn has_failures(&self) -> Result<bool, StoreError> {
        self.store.has_failures()
    }

    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        self.store.failures_up_to(most)
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
}

impl FrontierStore for Counted {
    fn begin(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError> {
        self.store.begin(selection, started, first)
    }

    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError> {
        self.store.has_first_tasks(run)
    }

    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError> {
        self.store.begin_again(run, first)
    }

    fn claim(&self, claim: &Claim) -> Result<Vec<Task>, StoreError> {
        self.store.claim(claim)
    }

    fn renew(&self, run: RunId, worker: WorkerId, until: Timestamp) -> Result<(), StoreError> {
        self.store.renew(run, worker, until)
    }

    fn release(&self, run: RunId, worker: WorkerId) -> Result<(), StoreError> {
        self.store.release(run, worker)
    }

    fn commit(&self, batch: Batch) -> Result<Receipt, StoreError> {
        self.chunks.fetch_add(usize::from(!batch.done.is_empty()), Ordering::SeqCst);
        self.outcomes.fetch_add(batch.done.len(), Ordering::SeqCst);
        self.store.commit(batch)
    }

    fn sync(&self) -> Result<(), StoreError> {
        self.store.sync()
    }

    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError> {
        self.store.pending(run, stage, after, limit)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        self.store.pending_count(run)
    }

    fn walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<Walked>, StoreError> {
        self.single.fetch_add(1, Ordering::SeqCst);
        self.store.walked(run, repository)
    }

    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError> {
        self.store.absent(run, after, limit)
    }
}

impl RunStore for Counted {
    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.store.runs()
    }

    fn end(&self, run: &Run) -> Result<(), StoreError> {
        self.store.end(run)
    }

    fn checkpoint(&self) -> Result<(), StoreError> {
        self.store.checkpoint()
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.store.hold(registry)
    }

    fn keep(&self, holds: Vec<Hold>) -> Result<(), StoreError> {
        self.store.keep(holds)
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
