//! The rows of the folder's first layout, in which sled had everything.

use std::path::Path;

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::Digest;
use serde::de::DeserializeOwned;
use sled::IVec;

use super::changes::Changes;
use super::codec::decode;
use super::database::{Broken, SledIndex};
use super::keys::{self, Kind};
use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::run::Run;

/// The kind of rows of manifests, then.
const MANIFEST: u8 = b'm';
/// The kind of rows of configs, then.
const CONFIG: u8 = b'c';

/// Is told of each document, with its bytes.
type EachPacked<'a> = &'a mut dyn FnMut(&Digest, &[u8]) -> Result<(), StoreError>;
/// The same, unpacked.
pub(crate) type EachDocument<'a, T> = &'a mut dyn FnMut(&Digest, T) -> Result<(), StoreError>;

/// A database of that layout. What kept its form is read as today's.
#[derive(Debug)]
pub(crate) struct OldRows(SledIndex);

impl OldRows {
    pub(crate) fn open(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        match SledIndex::open(folder, cache)? {
            Ok(index) => Ok(Self(index)),
            Err(Broken(reason)) => Err(StoreError::Database(reason.into())),
        }
    }

    pub(crate) fn document(&self, digest: &Digest) -> Result<Option<IVec>, StoreError> {
        self.0.bytes(&keys::document(digest))
    }

    pub(crate) fn manifest(&self, digest: &Digest) -> Result<Option<IVec>, StoreError> {
        self.0.bytes(&of_kind(MANIFEST, digest))
    }

    pub(crate) fn has_config(&self, digest: &Digest) -> Result<bool, StoreError> {
        self.0.has(&of_kind(CONFIG, digest))
    }

    /// All documents with their bytes, compressed one by one.
    pub(crate) fn each_document(&self, each: EachPacked<'_>) -> Result<(), StoreError> {
        for entry in self.0.database.scan_prefix(keys::prefix(Kind::Document, &[])) {
            let (key, packed) = entry.map_err(|error| self.0.failed(error))?;
            if let Some(digest) = keys::parse_digest(&key) {
                each(&digest, &packed)?;
            }
        }
        Ok(())
    }

    pub(crate) fn each_observation(
        &self,
        each: &mut dyn FnMut(TagObservation) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each("observation", Kind::Observation, each)
    }

    pub(crate) fn each_repository(
        &self,
        each: &mut dyn FnMut(RepositoryFacts) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.each("repository", Kind::Repository, each)
    }

    pub(crate) fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.0.failures(usize::MAX)
    }

    pub(crate) fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        self.0.holds()
    }

    pub(crate) fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.0.runs()
    }

    /// What only unfinished runs need.
    pub(crate) fn each_of_frontier(
        &self,
        at_once: usize,
        each: &mut dyn FnMut(Changes) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for kind in [Kind::Task, Kind::Walked, Kind::Absent] {
            let mut rows = self.0.database.scan_prefix(keys::prefix(kind, &[])).peekable();
            while rows.peek().is_some() {
                let mut changes = Changes::default();
                for row in rows.by_ref().take(at_once) {
                    let (key, row) = row.map_err(|error| self.0.failed(error))?;
                    changes.batch.insert(key, row);
                }
                each(changes)?;
            }
        }
        Ok(())
    }

    fn each<T: DeserializeOwned>(
        &self,
        what: &'static str,
        kind: Kind,
        each: &mut dyn FnMut(T) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        for entry in self.0.database.scan_prefix(keys::prefix(kind, &[])) {
            each(decode(what, &entry.map_err(|error| self.0.failed(error))?.1)?)?;
        }
        Ok(())
    }
}

fn of_kind(kind: u8, digest: &Digest) -> Vec<u8> {
    let mut key = keys::document(digest);
    if let Some(first) = key.first_mut() {
        *first = kind;
    }
    key
}
