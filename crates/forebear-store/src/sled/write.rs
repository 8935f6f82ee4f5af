//! A batch as sled is given it: one atomic write.

use super::codec::encode;
use super::database::SledStore;
use super::failures;
use super::keys::{self, Kind};
use super::texts::{Numbers, Writing};
use crate::absent::AbsentTag;
use crate::batch::Batch;
use crate::error::StoreError;

impl SledStore {
    /// Puts a batch together and applies it. `numbers` is there for a batch
    /// that has rows.
    pub(super) fn write(&self, batch: Batch, numbers: Option<&mut Numbers>) -> Result<(), StoreError> {
        let mut writes = sled::Batch::default();
        if let Some(numbers) = numbers {
            let mut texts = Writing::new(&self.database, numbers, &mut writes);
            for manifest in batch.manifests {
                texts.writes.insert(keys::digest(Kind::Document, &manifest.digest.0), manifest.document);
                texts.manifest(&manifest.digest.0, &manifest.facts)?;
            }
            for config in batch.configs {
                texts.writes.insert(keys::digest(Kind::Document, &config.digest.0), config.document);
                texts.config(&config.digest.0, &config.facts)?;
            }
            for observation in &batch.observations {
                texts.identity(&observation.digest.0)?;
            }
            texts.finish();
        }
        for new in batch.documents {
            writes.insert(keys::digest(Kind::Document, &new.digest), new.document);
        }
        for observation in &batch.observations {
            writes.insert(keys::observation(observation), encode("observation", observation)?);
        }
        for repository in &batch.repositories {
            writes.insert(keys::repository(&repository.name), encode("repository", repository)?);
        }
        for task in &batch.tasks {
            writes.insert(keys::task(batch.run, task), encode("task", task)?);
        }
        for task in &batch.done {
            writes.remove(keys::task(batch.run, task));
        }
        for subject in &batch.recovered {
            writes.remove(keys::failure(subject));
        }
        for failure in batch.failures {
            let key = keys::failure(&failure.subject);
            let before = self.bytes(&key)?.map(|row| failures::decode(&row)).transpose()?;
            writes.insert(key, failures::encode(&failure.after(before.as_ref()))?);
        }
        for walked in &batch.walked {
            writes.insert(keys::walked(batch.run, Some(&walked.name)), encode("walked", &walked.tags)?);
        }
        for AbsentTag { repository, tag } in &batch.absent {
            writes.insert(keys::absent(batch.run, repository, tag), encode("absent", &(repository, tag))?);
        }
        for hold in &batch.holds {
            writes.insert(keys::prefix(Kind::Hold, hold.registry.as_bytes()), encode("hold", hold)?);
        }
        self.apply_batch(writes)
    }
}
