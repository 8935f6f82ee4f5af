//! The first layout's database, read.

use std::path::Path;

use forebear_facts::rows::{ManifestRow, kind};
use forebear_facts::{RepositoryFacts, TagObservation, derive};
use forebear_image::{Digest, ManifestFacts};

use crate::error::StoreError;
use crate::failure::Failure;
use crate::hold::Hold;
use crate::log::documents::Role;
use crate::run::Run;
use crate::sled::{Changes, EachDocument, OldRows};

/// Documents were capped far below this when they were fetched, in bytes.
const MAX_DOCUMENT: usize = 64 << 20;

/// A database of the first layout.
pub(super) struct First {
    rows: OldRows,
}

impl First {
    pub(super) fn open(folder: &Path, cache: u64) -> Result<Self, StoreError> {
        Ok(Self { rows: OldRows::open(folder, cache)? })
    }

    /// What a document was stored as. An attestation is told from another manifest
    /// by what is made of it.
    pub(super) fn role(&self, digest: &Digest) -> Result<Role, StoreError> {
        Ok(match (self.rows.manifest(digest)?, self.rows.has_config(digest)?) {
            (Some(_), _) => Role::Manifest,
            (None, true) => Role::Config,
            (None, false) => Role::Statement,
        })
    }

    pub(super) fn each_document(&self, each: EachDocument<'_, Vec<u8>>) -> Result<(), StoreError> {
        self.rows.each_document(&mut |digest, packed| each(digest, unpack(packed)?))
    }

    pub(super) fn manifest_facts(&self, digest: &Digest, document: &[u8]) -> Result<ManifestFacts, StoreError> {
        let kept = |digest: &Digest| self.rows.document(digest)?.map(|packed| unpack(&packed)).transpose();
        let row = self.rows.manifest(digest)?;
        let row = row.as_deref().and_then(ManifestRow::read);
        if row.is_some_and(|row| row.head.kind.get() == kind::ATTESTATION) {
            return derive::attestation(document, kept);
        }
        derive::manifest(document, kept)
    }

    pub(super) fn each_observation(
        &self,
        each: &mut dyn FnMut(TagObservation) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.rows.each_observation(each)
    }

    pub(super) fn each_repository(
        &self,
        each: &mut dyn FnMut(RepositoryFacts) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.rows.each_repository(each)
    }

    pub(super) fn failures(&self) -> Result<Vec<Failure>, StoreError> {
        self.rows.failures()
    }

    pub(super) fn holds(&self) -> Result<Vec<Hold>, StoreError> {
        self.rows.holds()
    }

    pub(super) fn runs(&self) -> Result<Vec<Run>, StoreError> {
        self.rows.runs()
    }

    /// What only unfinished runs need, which has kept its form.
    pub(super) fn each_of_frontier(
        &self,
        at_once: usize,
        each: &mut dyn FnMut(Changes) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.rows.each_of_frontier(at_once, each)
    }
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let error = |error: std::io::Error| StoreError::Row { what: "document", reason: error.to_string() };
    zstd::bulk::decompress(packed, MAX_DOCUMENT).map_err(error)
}
