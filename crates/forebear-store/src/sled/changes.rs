//! Changes of the index: one atomic write.

use forebear_facts::{RepositoryFacts, RepositorySeen, TagObservation};
use forebear_image::{RepositoryName, Timestamp};

use super::codec::encode;
use super::failures;
use super::keys::{self, Kind};
use super::sum::Sum;
use crate::absent::{AbsentTag, WalkedRepository};
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::log::{LogPoint, Lost};
use crate::run::{Run, RunId};
use crate::subject::Subject;
use crate::task::Task;

/// What is to be written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(super) batch: sled::Batch,
    pub(super) reflects: Option<LogPoint>,
    pub(super) observed: Sum,
    rows: usize,
}

impl Changes {
    /// About how many rows are written.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Up to which record of the log the index reflects it, once this is applied.
    pub(crate) fn reflects(&mut self, point: LogPoint) {
        self.reflects = Some(point);
    }

    /// An observation in the place of the one of the same tag and first time.
    pub(crate) fn observation(
        &mut self,
        before: Option<&TagObservation>,
        after: &TagObservation,
    ) -> Result<(), StoreError> {
        let row = encode("observation", after)?;
        if let Some(before) = before {
            self.observed.take(&encode("observation", before)?);
        }
        self.observed.add(&row);
        self.batch.insert(keys::observation(after), row);
        self.rows += 1;
        Ok(())
    }

    pub(crate) fn repository(&mut self, repository: &RepositoryFacts) -> Result<(), StoreError> {
        self.batch.insert(keys::repository(&repository.name), encode("repository", repository)?);
        Ok(())
    }

    pub(crate) fn seen(&mut self, seen: &RepositorySeen) -> Result<(), StoreError> {
        self.batch.insert(keys::seen(&seen.name), encode("seen", seen)?);
        Ok(())
    }

    pub(crate) fn task(&mut self, run: RunId, task: &Task) -> Result<(), StoreError> {
        self.batch.insert(keys::task(run, task), encode("task", task)?);
        Ok(())
    }

    pub(crate) fn done(&mut self, run: RunId, task: &Task) {
        self.batch.remove(keys::task(run, task));
    }

    pub(crate) fn failure(&mut self, failure: &Failure) -> Result<(), StoreError> {
        self.batch.insert(keys::failure(&failure.subject), failures::encode(failure)?);
        Ok(())
    }

    pub(crate) fn recovered(&mut self, subject: &Subject) {
        self.batch.remove(keys::failure(subject));
    }

    pub(crate) fn walked(&mut self, run: RunId, walked: &WalkedRepository) -> Result<(), StoreError> {
        self.batch.insert(keys::walked(run, Some(&walked.name)), encode("walked", &walked.tags)?);
        Ok(())
    }

    pub(crate) fn absent(&mut self, run: RunId, AbsentTag { repository, tag }: &AbsentTag) -> Result<(), StoreError> {
        self.batch.insert(keys::absent(run, repository, tag), encode("absent", &(repository, tag))?);
        Ok(())
    }

    pub(crate) fn hold(&mut self, hold: &Hold) -> Result<(), StoreError> {
        self.batch.insert(keys::prefix(Kind::Hold, hold.registry.as_bytes()), encode("hold", hold)?);
        Ok(())
    }

    /// Records that are lost and were given up.
    pub(crate) fn lost(&mut self, lost: &Lost) -> Result<(), StoreError> {
        self.batch.insert(keys::lost(lost), encode("lost records", lost)?);
        Ok(())
    }

    pub(crate) fn run(&mut self, run: &Run) -> Result<(), StoreError> {
        self.batch.insert(keys::run(run.id), encode("run", run)?);
        Ok(())
    }

    /// That a run has its first tasks.
    pub(crate) fn seeded(&mut self, run: RunId) {
        self.batch.insert(keys::seeded(run), &[]);
    }

    /// That observations of a repository were seen again, the first at this time.
    pub(crate) fn unconfirmed(&mut self, name: &RepositoryName, since: Timestamp) -> Result<(), StoreError> {
        self.batch.insert(keys::unconfirmed(name), encode("unconfirmed", &(name, since))?);
        Ok(())
    }

    pub(crate) fn confirmed(&mut self, name: &RepositoryName) {
        self.batch.remove(keys::unconfirmed(name));
    }

    pub(super) fn remove(&mut self, key: sled::IVec) {
        self.batch.remove(key);
    }
}
