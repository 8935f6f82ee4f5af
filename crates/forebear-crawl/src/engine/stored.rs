//! What need not be asked for: a task whose document is stored.
//!
//! A frontier may be behind what is stored: a process ended between the two, or the
//! frontier was lost and the run began again. What was fetched is never fetched
//! again.

use forebear_facts::derive;
use forebear_image::ManifestFacts;
use forebear_store::{NewConfig, NewManifest, Store, StoreError, Task};

use super::outcome::Outcome;

/// The outcome of a task that a stored document answers.
pub(super) fn answer(store: &dyn Store, task: &Task) -> Option<Outcome> {
    look(store, task).unwrap_or_else(|error| {
        // It is asked for, and whoever writes meets the error.
        tracing::debug!(error = &error as &dyn std::error::Error, "a stored document cannot be looked at");
        None
    })
}

fn look(store: &dyn Store, task: &Task) -> Result<Option<Outcome>, StoreError> {
    Ok(match task {
        Task::Manifest { digest, .. } | Task::Attestation { digest, .. } => {
            let Some(facts) = store.manifest(digest)? else { return Ok(None) };
            let is_attestation = matches!(facts, ManifestFacts::Attestation { .. });
            let Some(document) = store.document(&digest.0)? else { return Ok(None) };
            let manifest = Box::new(NewManifest { digest: *digest, document, facts });
            match (matches!(task, Task::Attestation { .. }), is_attestation) {
                (true, true) => Some(Outcome::Attestation(manifest, None)),
                (false, false) => Some(Outcome::Manifest(manifest)),
                // It was stored as the other.
                (true, false) | (false, true) => None,
            }
        }
        Task::Config { digest, .. } => {
            if !store.has_config(digest)? {
                return Ok(None);
            }
            let Some(document) = store.document(&digest.0)? else { return Ok(None) };
            let facts = derive::config(&document).ok();
            facts.map(|facts| Outcome::Config(Box::new(NewConfig { digest: *digest, document, facts })))
        }
        Task::Catalog { .. } | Task::Namespace { .. } | Task::Tags { .. } | Task::Tag { .. } | Task::Again { .. } => {
            None
        }
    })
}
