//! The attestations about an image that was reached. Whatever is wrong with
//! one, the image stands.

use std::collections::VecDeque;

use crate::attestation::Claim;
use crate::declared::Declared;
use crate::digest::{Digest, ManifestDigest};

use super::descended::Descended;
use super::document::Document;
use super::error::Mismatch;
use super::needs::{Found, Needs};
use super::note::{AttestationError, AttestationPart, Note};
use super::statements::Statements;

/// What was found, and what is still to be asked for.
#[derive(Debug)]
pub(super) struct Evidence {
    /// The first of them is being read.
    claims: VecDeque<Claim>,
    /// Of the first, once its manifest was read.
    statements: Option<Statements>,
    materials: Vec<Declared>,
    notes: Vec<Note>,
}

impl Evidence {
    pub(super) fn of(claims: impl Iterator<Item = Claim>) -> Self {
        Self { claims: claims.collect(), statements: None, materials: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn needs(&self) -> Option<Needs> {
        let claim = self.claims.front()?;
        match self.statements.as_ref().and_then(Statements::next) {
            Some(statement) => Some(Needs::Statement(statement)),
            None => Some(Needs::Attestation(claim.attestation)),
        }
    }

    pub(super) fn supply(&mut self, found: Found<'_>) {
        let Some(claim) = self.claims.front().copied() else { return };
        let read = match self.statements.take() {
            None => attestation(claim.attestation, found),
            Some(statements) => statement(statements, found),
        };
        let done = match read {
            Ok(statements) if statements.next().is_some() => {
                self.statements = Some(statements);
                return;
            }
            Ok(statements) => materials(statements, claim.subject),
            Err(problem) => Err(problem),
        };
        match done {
            Ok(materials) => self.materials.extend(materials),
            Err(problem) => self.notes.push(Note::ProvenanceLeftOut { attestation: claim.attestation, problem }),
        }
        _ = self.claims.pop_front();
    }

    pub(super) fn add_to(self, descended: &mut Descended) {
        if let Ok(image) = &mut descended.image {
            image.declare_materials(self.materials);
        }
        descended.notes.extend(self.notes);
    }
}

fn attestation(digest: ManifestDigest, found: Found<'_>) -> Result<Statements, AttestationError> {
    let (part, digest) = (AttestationPart::Manifest, digest.0);
    let document = document(part, digest, found)?;
    let manifest = document.compare(&digest).map_err(|actual| mismatch(part, digest, actual))?;
    Ok(Statements::of(manifest)?)
}

fn statement(mut statements: Statements, found: Found<'_>) -> Result<Statements, AttestationError> {
    let Some(digest) = statements.next() else { return Ok(statements) };
    let part = AttestationPart::Statement;
    let document = document(part, digest.0, found)?;
    let statement = document.compare(&digest.0).map_err(|actual| mismatch(part, digest.0, actual))?;
    statements.read(statement).map_err(|source| AttestationError::Statement { digest, source: Box::new(source) })?;
    Ok(statements)
}

/// What an attestation says that the build of its subject read.
fn materials(statements: Statements, subject: ManifestDigest) -> Result<Vec<Declared>, AttestationError> {
    let Some((digest, provenance)) = statements.into_provenance() else { return Ok(Vec::new()) };
    provenance.of(subject).map_err(|source| AttestationError::Statement { digest, source: Box::new(source) })
}

fn document(part: AttestationPart, digest: Digest, found: Found<'_>) -> Result<Document<'_>, AttestationError> {
    match found {
        Found::Document(document) => Ok(document),
        Found::Missing => Err(AttestationError::Missing { part, digest }),
        Found::Other { actual } => Err(mismatch(part, digest, actual)),
        Found::Unreadable(source) => Err(AttestationError::Unreadable { part, digest, source }),
    }
}

fn mismatch(part: AttestationPart, expected: Digest, actual: Digest) -> AttestationError {
    AttestationError::Mismatch { part, mismatch: Box::new(Mismatch { expected, actual }) }
}
