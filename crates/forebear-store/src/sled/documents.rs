//! Documents that were kept, and what they say.

use forebear_facts::derive;
use forebear_facts::rows::{ManifestRow, kind};
use forebear_image::{Digest, ManifestFacts};

use super::database::SledStore;
use super::keys::{self, Kind};
use crate::error::StoreError;

/// Documents are capped far below this when they are fetched, in bytes.
const MAX_DOCUMENT: usize = 64 << 20;

impl SledStore {
    pub(super) fn kept(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(bytes) = self.bytes(&keys::digest(Kind::Document, digest))? else { return Ok(None) };
        let error = |e: std::io::Error| StoreError::Row { what: "document", reason: e.to_string() };
        zstd::bulk::decompress(&bytes, MAX_DOCUMENT).map(Some).map_err(error)
    }

    /// What a kept manifest says, of which the row is known.
    pub(super) fn kept_manifest(&self, document: &[u8], row: &[u8]) -> Result<ManifestFacts, StoreError> {
        let facts = derive::manifest(document, |digest| self.kept(digest))?;
        let was_attestation = ManifestRow::read(row).is_some_and(|row| row.head.kind.get() == kind::ATTESTATION);
        Ok(match facts {
            // One whose statement is no provenance keeps nothing else that says
            // so.
            ManifestFacts::Artifact { .. } if was_attestation => {
                ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() }
            }
            facts => facts,
        })
    }
}
