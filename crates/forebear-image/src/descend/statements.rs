//! The search for provenance among the statements of an attestation.

use std::collections::VecDeque;

use crate::attestation;
use crate::digest::BlobDigest;
use crate::manifest::ManifestError;
use crate::provenance::{self, Provenance, ProvenanceError};

use super::document::Compared;

/// The statements of an attestation that may be its provenance, likeliest
/// first. The first that is counts; the rest are not read.
#[derive(Debug)]
pub struct Statements {
    left: VecDeque<BlobDigest>,
    found: Option<(BlobDigest, Provenance)>,
}

impl Statements {
    /// Those that an attestation's manifest lists.
    ///
    /// # Errors
    /// [`ManifestError`] when it is no manifest.
    pub fn of(manifest: Compared<'_>) -> Result<Self, ManifestError> {
        Ok(Self { left: attestation::statements(manifest.bytes())?.into(), found: None })
    }

    /// The statement to read next; `None` when the search is over.
    #[must_use]
    pub fn next(&self) -> Option<BlobDigest> {
        if self.found.is_some() { None } else { self.left.front().copied() }
    }

    /// Reads the next one.
    ///
    /// # Errors
    /// [`ProvenanceError`] when it is no statement.
    pub fn read(&mut self, statement: Compared<'_>) -> Result<(), ProvenanceError> {
        if let Some(digest) = self.left.pop_front() {
            self.found = provenance::parse(statement.bytes())?.map(|provenance| (digest, provenance));
        }
        Ok(())
    }

    /// Leaves the next one out.
    pub fn skip(&mut self) {
        _ = self.left.pop_front();
    }

    /// The provenance and the statement that it stands in, if there is any.
    #[must_use]
    pub fn into_provenance(self) -> Option<(BlobDigest, Provenance)> {
        self.found
    }
}
