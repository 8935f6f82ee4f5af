//! The boundary, by the parts.

use std::sync::PoisonError;

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName, Timestamp};

use super::apply::Entries;
use super::look_up::one_by_one;
use super::store::LocalStore;
use crate::absent::AbsentTag;
use crate::batch::Batch;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::log::documents::Role;
use crate::log::entries::Entry;
use crate::log::{Lost, Position};
use crate::look_up::{Found, Keys};
use crate::run::{Run, RunId};
use crate::sled::Changes;
use crate::store::Store;
use crate::subject::Subject;
use crate::task::{Stage, Task};

impl Store for LocalStore {
    fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        self.apply_batch(batch)
    }

    fn flush(&self) -> Result<(), StoreError> {
        let position = self.log.sync()?;
        self.index.flush()?;
        // At each new segment; within one the mark may lag.
        let is_new = self.mark.lock().unwrap_or_else(PoisonError::into_inner).segment != position.segment;
        if is_new { self.mark_at(position, None) } else { Ok(()) }
    }

    fn checkpoint(&self) -> Result<(), StoreError> {
        self.write(|| {
            self.confirm()?;
            let position = self.log.sync()?;
            self.rows.spill()?;
            self.index.flush()?;
            let last_run = self.index.runs()?.last().map(|run| run.id);
            self.mark_at(position, last_run)
        })
    }

    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError> {
        one_by_one(self, keys)
    }

    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError> {
        self.kept_manifest(&digest.0)
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept(digest)
    }

    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        Ok(self.index.location(&digest.0)?.is_some_and(|location| location.role == Some(Role::Config)))
    }

    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        self.index.last_observation(repository, tag)
    }

    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        self.index.open_observations(repository, after, limit)
    }

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        self.index.repositories_of(registry, after, limit)
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        self.index.repository(name)
    }

    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError> {
        self.index.pending(run, stage, after, limit)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        self.index.pending_count(run)
    }

    fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError> {
        self.index.is_pending(run, task)
    }

    fn was_walked(&self, run: RunId, repository: &RepositoryName) -> Result<bool, StoreError> {
        Ok(self.index.tags_walked(run, repository)?.is_some())
    }

    fn tags_walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<u64>, StoreError> {
        Ok(self.index.tags_walked(run, repository)?.flatten())
    }

    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError> {
        self.index.absent(run, after, limit)
    }

    fn is_absent(&self, run: RunId, repository: &RepositoryName, tag: &str) -> Result<bool, StoreError> {
        self.index.is_absent(run, repository, tag)
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.index.hold(registry)
    }

    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.index.runs()
    }

    fn begin_run(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError> {
        self.write(|| {
            let id = self.index.runs()?.last().map_or(1, |last| last.id + 1);
            let run = Run { id, selection, started, finished: false };
            self.write_run(&run, first_tasks(id, &first)?)?;
            Ok(run)
        })
    }

    fn has_first_tasks(&self, run: RunId) -> Result<bool, StoreError> {
        self.index.is_seeded(run)
    }

    fn begin_again(&self, run: RunId, first: Vec<Task>) -> Result<(), StoreError> {
        self.write(|| self.index.apply(first_tasks(run, &first)?))
    }

    fn end_run(&self, run: &Run) -> Result<(), StoreError> {
        self.write(|| {
            self.write_run(&Run { finished: true, ..run.clone() }, Changes::default())?;
            // What a crash leaves of it here is forgotten when the store is opened.
            self.index.forget_run(run.id)
        })
    }

    fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError> {
        self.index.failure(subject)
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
            let mut entries = Entries { log: &self.log, block: Vec::new() };
            lost.iter().try_for_each(|lost| entries.add(&Entry::Lost(*lost)))?;
            entries.finish()?;
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

impl LocalStore {
    fn write_run(&self, run: &Run, mut changes: Changes) -> Result<(), StoreError> {
        let mut entries = Entries { log: &self.log, block: Vec::new() };
        entries.add(&Entry::Run(run.clone()))?;
        entries.finish()?;
        changes.run(run)?;
        self.show(changes)
    }

    fn mark_at(&self, position: Position, run: Option<RunId>) -> Result<(), StoreError> {
        self.write_mark(|mark| {
            mark.reach(position);
            mark.run = run.unwrap_or(mark.run);
        })
    }
}

/// A run's first tasks, and that it has them.
fn first_tasks(run: RunId, tasks: &[Task]) -> Result<Changes, StoreError> {
    let mut changes = Changes::default();
    tasks.iter().try_for_each(|task| changes.task(run, task))?;
    changes.seeded(run);
    Ok(changes)
}
