//! A batch as sled is given it: one atomic write.

use crate::Store as _;
use crate::batch::Batch;
use crate::codec::encode;
use crate::error::StoreError;
use crate::keys::{self, Kind};
use crate::sled::SledStore;
use crate::texts::{Numbers, Writing};

impl SledStore {
    /// Puts a batch together and applies it. `numbers` is there for a batch
    /// that has rows.
    pub(crate) fn write(&self, batch: Batch, numbers: Option<&mut Numbers>) -> Result<(), StoreError> {
        let mut writes = ::sled::Batch::default();
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
            writes.remove(keys::prefix(Kind::Failure, subject.as_bytes()));
        }
        for failure in batch.failures {
            let before = self.failure(&failure.subject)?;
            let key = keys::prefix(Kind::Failure, failure.subject.as_bytes());
            writes.insert(key, failure.after(before.as_ref()).encode()?);
        }
        for repository in &batch.walked {
            writes.insert(keys::walked(batch.run, Some(repository)), &[]);
        }
        for hold in &batch.holds {
            writes.insert(keys::prefix(Kind::Hold, hold.registry.as_bytes()), encode("hold", hold)?);
        }
        for run in &batch.runs {
            writes.insert(keys::prefix(Kind::Run, &run.id.to_be_bytes()), encode("run", run)?);
        }
        self.database.apply_batch(writes).map_err(|error| self.refused("written to", error))
    }
}
