//! The boundary, in sled.

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, Digest, ManifestDigest, ManifestFacts, RegistryName, RepositoryName, Timestamp};

use super::codec::decode;
use super::database::SledStore;
use super::error::failed;
use super::failures;
use super::keys::{self, Kind};
use super::look_up::one_by_one;
use crate::absent::AbsentTag;
use crate::batch::Batch;
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::look_up::{Found, Keys};
use crate::run::{Run, RunId};
use crate::store::Store;
use crate::subject::Subject;
use crate::task::{Stage, Task};

impl Store for SledStore {
    fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        // Texts get their numbers and are written with the rows that use them,
        // one batch after the other.
        let has_rows = !batch.manifests.is_empty() || !batch.configs.is_empty() || !batch.observations.is_empty();
        let mut numbers = has_rows.then(|| self.numbers());
        let applied = self.write(batch, numbers.as_deref_mut());
        if let Some(mut numbers) = numbers.filter(|_| applied.is_err()) {
            // What they say of texts may not be there.
            numbers.forget();
        }
        applied
    }

    fn flush(&self) -> Result<(), StoreError> {
        self.flush_all()
    }

    fn look_up(&self, keys: &Keys<'_>) -> Result<Found, StoreError> {
        one_by_one(self, keys)
    }

    fn manifest(&self, digest: &ManifestDigest) -> Result<Option<ManifestFacts>, StoreError> {
        let Some(row) = self.bytes(&keys::digest(Kind::Manifest, &digest.0))? else { return Ok(None) };
        let Some(document) = self.kept(&digest.0)? else { return Ok(None) };
        self.kept_manifest(&document, &row).map(Some)
    }

    fn document(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        self.kept(digest)
    }

    fn has_config(&self, digest: &ConfigDigest) -> Result<bool, StoreError> {
        self.has(&keys::digest(Kind::Config, &digest.0))
    }

    fn last_observation(&self, repository: &RepositoryName, tag: &str) -> Result<Option<TagObservation>, StoreError> {
        let Some(entry) = self.database.scan_prefix(keys::tag(repository, tag)).next_back() else { return Ok(None) };
        decode("observation", &entry.map_err(failed)?.1).map(Some)
    }

    fn open_observations(
        &self,
        repository: &RepositoryName,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<TagObservation>, StoreError> {
        let prefix = keys::tags(repository);
        let start = after.map_or_else(|| prefix.clone(), |tag| keys::after_tag(repository, tag));
        let mut open = Vec::new();
        for entry in self.database.range(start..) {
            let (key, row) = entry.map_err(failed)?;
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

    fn repositories_of(
        &self,
        registry: &RegistryName,
        after: Option<&RepositoryName>,
        limit: usize,
    ) -> Result<Vec<RepositoryFacts>, StoreError> {
        let prefix = keys::prefix(Kind::Repository, format!("{registry}/").as_bytes());
        let start = after.map_or_else(|| prefix.clone(), |name| [&keys::repository(name)[..], &[0]].concat());
        let mut all = Vec::new();
        for entry in self.database.range(start..).take(limit) {
            let (key, row) = entry.map_err(failed)?;
            if !key.starts_with(&prefix) {
                break;
            }
            all.push(decode("repository", &row)?);
        }
        Ok(all)
    }

    fn repository(&self, name: &RepositoryName) -> Result<Option<RepositoryFacts>, StoreError> {
        self.row("repository", &keys::repository(name))
    }

    fn pending(&self, run: RunId, stage: Stage, after: Option<&Task>, limit: usize) -> Result<Vec<Task>, StoreError> {
        let prefix = keys::tasks(run, Some(stage));
        let start = after.map_or_else(|| prefix.clone(), |task| [&keys::task(run, task)[..], &[0]].concat());
        let mut found = Vec::new();
        for entry in self.database.range(start..).take(limit) {
            let (key, row) = entry.map_err(failed)?;
            if !key.starts_with(&prefix) {
                break;
            }
            found.push(decode("task", &row)?);
        }
        Ok(found)
    }

    fn pending_count(&self, run: RunId) -> Result<u64, StoreError> {
        let mut count = 0;
        for key in self.database.scan_prefix(keys::tasks(run, None)).keys() {
            key.map_err(failed)?;
            count += 1;
        }
        Ok(count)
    }

    fn runs(&self) -> Result<Vec<Run>, StoreError> {
        let mut runs = Vec::new();
        self.each_row("run", &keys::prefix(Kind::Run, &[]), &mut |run| runs.push(run))?;
        Ok(runs)
    }

    fn is_pending(&self, run: RunId, task: &Task) -> Result<bool, StoreError> {
        self.has(&keys::task(run, task))
    }

    fn was_walked(&self, run: RunId, repository: &RepositoryName) -> Result<bool, StoreError> {
        self.has(&keys::walked(run, Some(repository)))
    }

    fn tags_walked(&self, run: RunId, repository: &RepositoryName) -> Result<Option<u64>, StoreError> {
        let row = self.bytes(&keys::walked(run, Some(repository)))?;
        row.filter(|row| !row.is_empty()).map(|row| decode("walked", &row)).transpose()
    }

    fn absent(&self, run: RunId, after: Option<&AbsentTag>, limit: usize) -> Result<Vec<AbsentTag>, StoreError> {
        let prefix = keys::absent_tags(run);
        let behind = |last: &AbsentTag| [&keys::absent(run, &last.repository, &last.tag)[..], &[0]].concat();
        let start = after.map_or_else(|| prefix.clone(), behind);
        let mut found = Vec::new();
        for entry in self.database.range(start..).take(limit) {
            let (key, row) = entry.map_err(failed)?;
            if !key.starts_with(&prefix) {
                break;
            }
            let (repository, tag) = decode("absent", &row)?;
            found.push(AbsentTag { repository, tag });
        }
        Ok(found)
    }

    fn is_absent(&self, run: RunId, repository: &RepositoryName, tag: &str) -> Result<bool, StoreError> {
        self.has(&keys::absent(run, repository, tag))
    }

    fn begin_run(&self, selection: String, started: Timestamp, first: Vec<Task>) -> Result<Run, StoreError> {
        self.write_first(selection, started, &first)
    }

    fn end_run(&self, run: &Run) -> Result<(), StoreError> {
        self.write_last(run)
    }

    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError> {
        self.row("hold", &keys::prefix(Kind::Hold, registry.as_bytes()))
    }

    fn failure(&self, subject: &Subject) -> Result<Option<Failure>, StoreError> {
        self.bytes(&keys::failure(subject))?.map(|row| failures::decode(&row)).transpose()
    }

    fn has_failures(&self) -> Result<bool, StoreError> {
        let first = self.database.scan_prefix(keys::prefix(Kind::Failure, &[])).next();
        Ok(first.transpose().map_err(failed)?.is_some())
    }

    fn failures_up_to(&self, most: usize) -> Result<Vec<Failure>, StoreError> {
        let all = self.database.scan_prefix(keys::prefix(Kind::Failure, &[]));
        all.values().take(most).map(|row| failures::decode(&row.map_err(failed)?)).collect()
    }
}
