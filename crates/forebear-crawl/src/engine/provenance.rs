//! Attestations beside the images of an index: which are asked for, and what
//! becomes of them. Only when the selection wants them, as each costs a pull.

use forebear_image::attestation::{Claim, claims};
use forebear_image::provenance::Provenance;
use forebear_image::{ChildManifest, ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::{Batch, NewDocument, NewManifest, StoreError, Task};

use super::absorb::Absorber;
use super::frontier::Frontier;

impl Absorber<'_> {
    /// Asks for the attestations of those entries that are walked, where an
    /// earlier run has not fetched them.
    pub(super) fn want_attestations(
        &mut self,
        children: &[ChildManifest],
        repository: &RepositoryName,
        batch: &mut Batch,
        frontier: &mut Frontier,
    ) -> Result<(), StoreError> {
        if !self.selection.wants_provenance() {
            return Ok(());
        }
        for Claim { attestation, subject } in claims(children) {
            let walked = |child: &&ChildManifest| {
                child.digest == subject && self.selection.wants_platform(child.platform.as_ref())
            };
            if !children.iter().any(|child| walked(&child)) {
                continue;
            }
            let task = Task::Attestation { digest: attestation, repository: repository.clone(), subject };
            match self.store.manifest(&attestation)? {
                Some(ManifestFacts::Attestation { subjects, materials }) => {
                    self.check_subject(&task.subject().to_string(), subject, Provenance { subjects, materials });
                }
                // An artifact is one that a tag led to: its statement is unread.
                _ => self.add(task, batch, frontier)?,
            }
        }
        Ok(())
    }

    /// Stores an attestation with its statement.
    pub(super) fn attestation(
        &mut self,
        task: &Task,
        subject: ManifestDigest,
        (manifest, statement): (NewManifest, Option<NewDocument>),
        batch: &mut Batch,
    ) {
        if let ManifestFacts::Attestation { subjects, materials } = manifest.facts.clone() {
            self.check_subject(&task.subject().to_string(), subject, Provenance { subjects, materials });
        }
        self.counts.attestations += 1;
        self.counts.manifests_new += 1;
        batch.documents.extend(statement);
        batch.manifests.push(manifest);
    }

    /// Warns of a statement that an index shows for another manifest than it is
    /// about. Its facts are its own word, so they are kept: no image gets them
    /// that an index and the statement do not agree on.
    fn check_subject(&mut self, attestation: &str, subject: ManifestDigest, said: Provenance) {
        // Without any it was no provenance.
        if said.subjects.is_empty() && said.materials.is_empty() {
            return;
        }
        if let Err(error) = said.of(subject) {
            self.warn_once(attestation, "provenance", format!("the provenance is not used: {error}"));
        }
    }

    /// Whether an attestation is known as one already: a tag may lead to it,
    /// and its manifest alone says less.
    pub(super) fn is_attestation(&self, digest: &ManifestDigest, batch: &Batch) -> Result<bool, StoreError> {
        let is_one = |facts: &ManifestFacts| matches!(facts, ManifestFacts::Attestation { .. });
        Ok(batch.manifests.iter().any(|new| new.digest == *digest && is_one(&new.facts))
            || self.store.manifest(digest)?.is_some_and(|facts| is_one(&facts)))
    }
}
