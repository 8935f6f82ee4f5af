//! Attestations beside the images of an index: which are asked for, and what
//! becomes of them.

use forebear_image::attestation::Claim;
use forebear_image::provenance::Provenance;
use forebear_image::{ManifestDigest, ManifestFacts, RepositoryName};
use forebear_store::{NewDocument, NewManifest, Task};

use crate::engine::children::Children;
use crate::engine::effects::Effects;
use crate::engine::known::UnderWay;

use super::given::Given;
use super::want::want;

/// Stores an attestation with its statement.
pub(super) fn fetched(
    name: &str,
    subject: ManifestDigest,
    (manifest, statement): (NewManifest, Option<NewDocument>),
    effects: &mut Effects,
) {
    if let ManifestFacts::Attestation { subjects, materials } = &manifest.facts {
        let said = Provenance { subjects: subjects.clone(), materials: materials.clone() };
        check_subject(name, subject, &said, effects);
    }
    effects.counts.attestations += 1;
    effects.counts.manifests_new += 1;
    effects.writes.documents.extend(statement);
    effects.writes.manifests.push(manifest);
}

/// Asks for an attestation, unless it is stored with what its statement says.
/// Returns whether the run had it to do.
pub(super) fn wanted(
    claim: Claim,
    repository: &RepositoryName,
    stored: Option<&Children>,
    given: Given<'_>,
    effects: &mut Effects,
) -> UnderWay {
    let Claim { attestation: digest, subject } = claim;
    let task = Task::Attestation { digest, repository: repository.clone(), subject };
    match stored {
        Some(Children::Attestation(said)) => {
            check_subject(&task.subject().to_string(), subject, said, effects);
            UnderWay::No
        }
        // An artifact is one that a tag led to: its statement is unread.
        Some(_) | None => want(task, given, effects),
    }
}

/// Warns of a statement that an index shows for another manifest than it is
/// about. Its facts are its own word, so they are kept: no image gets them
/// that an index and the statement do not agree on.
fn check_subject(attestation: &str, subject: ManifestDigest, said: &Provenance, effects: &mut Effects) {
    // Without any it was no provenance.
    let says_nothing = said.subjects.is_empty() && said.materials.is_empty();
    if says_nothing || said.subjects.contains(&subject) {
        return;
    }
    if let Err(error) = said.clone().of(subject) {
        effects.warn_once(attestation, "provenance", &format!("the provenance is not used: {error}"));
    }
}
