//! What the index knows.

use forebear_facts::{RepositoryFacts, RepositorySeen, TagObservation};
use forebear_image::{RegistryName, RepositoryName, Timestamp};

use super::changes::Changes;
use super::codec::decode;
use super::database::SledIndex;
use super::failures;
use super::keys::{self, Kind};
use super::sum::Sum;
use crate::absent::{AbsentTag, Walked};
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::log::Lost;
use crate::run::{Run, RunId};
use crate::subject::Subject;
use crate::task::{Stage, Task};

/// Rows removed in one batch.
const FORGOTTEN_AT_ONCE: usize = 10_000;

impl SledIndex {
    pub(crate) fn last_observation(
        &self,
        repository: &RepositoryName,
        tag: &str,
    ) -> Result<Option<TagObservation>, StoreError> {
        let Some(entry) = self.database.scan_prefix(keys::tag(repository, tag)).next_back() else { return Ok(None) };
        decode("observation", &entry.map_err(|error| self.failed(error))?.1).map(Some)
    }

    /// The observation of a tag that began at a time.
    pub(crate) fn observation_like(&self, like: &TagObservation) -> Result<Option<TagObservation>, StoreError> {
        self.row("observation", &keys::observation(like))
    }

    pub(crate) fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        let prefix = keys::tags(repository);
        let start = after.map_or_else(|| prefix.clone(), |tag| keys::after_tag(repository, tag));
        let mut open = Vec::new();
        for entry in self.database.range(start..) {
            let (key, row) = entry.map_err(|error| self.failed(error))?;
            if open.len() >= limit || !key.starts_with(&prefix) {
                break;
            }
            let observation: TagObservation = decode("observation", &row)?;
            if !observation.ended {
                open.push(observation);
            }
        }
        Ok(open)
    }

    /// All observations of a repository that are not over, in the order of tags.
    pub(crate) fn each_open(
        &self,
        repository: &RepositoryName,
        each: &mut dyn FnMut(TagObservation),
    ) -> Result<(), StoreError> {
        self.each_row("observation", &keys::tags(repository), &mut |observation: TagObservation| {
            if !observation.ended {
                each(observation);
            }
        })
    }

    /// All observations in order; returns the sum of what was read.
    pub(crate) fn each_observation(&self, each: &mut dyn FnMut(TagObservation)) -> Result<Sum, StoreError> {
        let mut sum = Sum::default();
        for entry in self.database.scan_prefix(keys::prefix(Kind::Observation, &[])) {
            let (_, row) = entry.map_err(|error| self.failed(error))?;
            sum.add(&row);
            each(decode("observation", &row)?);
        }
        Ok(sum)
    }

    pub(crate) fn each_repository(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), StoreError> {
        self.each_row("repository", &keys::prefix(Kind::Repository, &[]), each)
    }

    pub(crate) fn each_seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), StoreError> {
        self.each_row("seen", &keys::prefix(Kind::Seen, &[]), each)
    }

    pub(crate) fn seen(&self, name: &RepositoryName) -> Result<Option<RepositorySeen>, StoreError> {
        self.row("seen", &keys::seen(name))
    }

    pub(crate) fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        let prefix = keys::prefix(Kind::Repository, format!("{registry}/").as_bytes());
        let after = after.map(keys::repository);
        self.page("repository", &prefix, after, limit)
    }

    pub(crate) fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        self.row("repository", &keys::repository(name))
    }

    pub(crate) fn pending(
        &self,
        run: RunId,
        stage: Stage,
        after: Option<&Task>,
        limit: usize,
    ) -> Result<Vec<Task>, StoreError> {
        let prefix = keys::tasks(run, Some(stage));
        self.page("task", &prefix, after.map(|task| keys::task(run, task)), limit)
    }

    pub(crate) fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        let mut count = 0;
        for key in self.database.scan_prefix(keys::tasks(run, None)).keys() {
            key.map_err(|error| self.failed(error))?;
            count += 1;
        }
        Ok(count)
    }

    pub(crate) fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError> {
        self.has(&keys::task(run, task))
    }

    pub(crate) fn walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<Walked>, StoreError> {
        let row = self.bytes(&keys::walked(run, Some(repository)))?;
        let counted = |row: sled::IVec| if row.is_empty() { Ok(None) } else { decode("walked", &row).map(Some) };
        row.map(|row| Ok(Walked { tags: counted(row)? })).transpose()
    }

    pub(crate) fn absent(
        &self,
        run: RunId,
        after: Option<&AbsentTag>,
        limit: usize,
    ) -> Result<Vec<AbsentTag>, StoreError> {
        let after = after.map(|last| keys::absent(run, &last.repository, &last.tag));
        let rows: Vec<(RepositoryName, String)> = self.page("absent", &keys::absent_tags(run), after, limit)?;
        Ok(rows.into_iter().map(|(repository, tag)| AbsentTag { repository, tag }).collect())
    }

    pub(crate) fn is_absent(&self, run: RunId, repository: &RepositoryName, tag: &str) -> Result<bool, StoreError> {
        self.has(&keys::absent(run, repository, tag))
    }

    pub(crate) fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.row("hold", &keys::prefix(Kind::Hold, registry.as_bytes()))
    }

    pub(crate) fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        let mut holds = Vec::new();
        self.each_row("hold", &keys::prefix(Kind::Hold, &[]), &mut |hold| holds.push(hold))?;
        Ok(holds)
    }

    /// Records that are lost and were given up.
    pub(crate) fn given_up(&self) -> Result<Vec<Lost>, StoreError> {
        let mut all = Vec::new();
        self.each_row("lost records", &keys::prefix(Kind::Lost, &[]), &mut |lost| all.push(lost))?;
        Ok(all)
    }

    pub(crate) fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        self.each_row("run", &keys::prefix(Kind::Run, &[]), &mut |run| runs.push(run))?;
        Ok(runs)
    }

    pub(crate) fn is_seeded(&self, run: RunId) -> Result<bool, StoreError> {
        self.has(&keys::seeded(run))
    }

    pub(crate) fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError> {
        self.bytes(&keys::failure(subject))?.map(|row| failures::decode(&row)).transpose()
    }

    pub(crate) fn has_failures(&self) -> Result<bool, StoreError> {
        let first = self.database.scan_prefix(keys::prefix(Kind::Failure, &[])).next();
        Ok(first.transpose().map_err(|error| self.failed(error))?.is_some())
    }

    pub(crate) fn failures(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        let all = self.database.scan_prefix(keys::prefix(Kind::Failure, &[]));
        all.values().take(most).map(|row| failures::decode(&row.map_err(|error| self.failed(error))?)).collect()
    }

    /// Since when observations of a repository were seen again and not confirmed.
    pub(crate) fn unconfirmed_since(&self, name: &RepositoryName) -> Result<Option<Timestamp>, StoreError> {
        let row: Option<(RepositoryName, Timestamp)> = self.row("unconfirmed", &keys::unconfirmed(name))?;
        Ok(row.map(|(_, since)| since))
    }

    /// Repositories with such observations: `limit` at most.
    pub(crate) fn unconfirmed(&self, limit: usize) -> Result<Vec<(RepositoryName, Timestamp)>, StoreError> {
        self.page("unconfirmed", &keys::prefix(Kind::Unconfirmed, &[]), None, limit)
    }

    /// Removes what only an unfinished run needs.
    pub(crate) fn forget_run(&self, run: RunId) -> Result<(), StoreError> {
        let of = |prefix: Vec<u8>| self.database.scan_prefix(prefix).keys();
        let walk = of(keys::walked(run, None)).chain(of(keys::absent_tags(run))).chain(of(keys::seeded(run)));
        self.remove_all(of(keys::tasks(run, None)).chain(walk))
    }

    /// Removes what an earlier version kept here: where documents lie.
    pub(crate) fn forget_documents(&self) -> Result<(), StoreError> {
        self.remove_all(self.database.scan_prefix(keys::prefix(Kind::Document, &[])).keys())
    }

    fn remove_all(&self, keys: impl Iterator<Item = sled::Result<sled::IVec>>) -> Result<(), StoreError> {
        let mut keys = keys.peekable();
        while keys.peek().is_some() {
            let mut removed = Changes::default();
            for key in keys.by_ref().take(FORGOTTEN_AT_ONCE) {
                removed.remove(key.map_err(|error| self.failed(error))?);
            }
            self.apply(removed)?;
        }
        Ok(())
    }

    /// Rows of a prefix, in order: `limit` at most, after a key.
    fn page<T: serde::de::DeserializeOwned>(
        &self,
        what: &'static str,
        prefix: &[u8],
        after: Option<Vec<u8>>,
        limit: usize,
    ) -> Result<Vec<T>, StoreError> {
        let start = after.map_or_else(|| prefix.to_vec(), |key| [&key[..], &[0]].concat());
        let mut found = Vec::new();
        for entry in self.database.range(start..).take(limit) {
            let (key, row) = entry.map_err(|error| self.failed(error))?;
            if !key.starts_with(prefix) {
                break;
            }
            found.push(decode(what, &row)?);
        }
        Ok(found)
    }
}
