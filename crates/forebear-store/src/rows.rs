//! Derived rows: provisional, in memory.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use forebear_facts::rows::MemorySource;
use forebear_image::{ConfigDigest, ConfigFacts, Digest, ManifestDigest, ManifestFacts};

use crate::disk::Disk;
use crate::error::StoreError;

#[derive(Debug, Default)]
pub(crate) struct RowCache {
    source: Mutex<MemorySource>,
    spilled: Mutex<u64>,
}

impl RowCache {
    pub(crate) fn open(_: Arc<dyn Disk>, _: &Path, _: usize) -> Result<Self, StoreError> {
        Ok(Self::default())
    }
    pub(crate) fn covers(&self) -> u64 {
        0
    }
    pub(crate) fn manifest(&self, digest: &Digest, facts: &ManifestFacts) -> Result<(), StoreError> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = ManifestDigest(*digest);
        source.manifests.retain(|(other, _)| *other != digest);
        source.manifests.push((digest, facts.clone()));
        Ok(())
    }
    pub(crate) fn config(&self, digest: &Digest, facts: &ConfigFacts) -> Result<(), StoreError> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = ConfigDigest(*digest);
        source.configs.retain(|(other, _)| *other != digest);
        source.configs.push((digest, facts.clone()));
        Ok(())
    }
    pub(crate) fn other_digest(&self, _: &Digest) {}
    pub(crate) fn reflects(&self, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
    pub(crate) fn spill(&self) -> Result<(), StoreError> {
        *self.spilled.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Ok(())
    }
    pub(crate) fn clear(&self) -> Result<(), StoreError> {
        *self.source.lock().unwrap_or_else(PoisonError::into_inner) = MemorySource::default();
        Ok(())
    }
    pub(crate) fn source(&self) -> MemorySource {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
