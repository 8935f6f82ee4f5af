//! A manifest that was fetched.

use forebear_image::descend::EntryKind;
use forebear_image::{ManifestFacts, RepositoryName};
use forebear_store::{Depth, NewManifest};

use crate::engine::children::Children;
use crate::engine::effects::{Effects, Met};
use crate::engine::known::Manifest;

use super::descending::Descending;

/// Stores a manifest and asks for what lies below it.
pub(super) fn fetched(
    manifest: NewManifest,
    repository: &RepositoryName,
    depth: Depth,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) {
    let digest = manifest.digest;
    match &manifest.facts {
        ManifestFacts::Schema1 { .. } => effects.met(digest.0, Met::New),
        ManifestFacts::Artifact { .. } => {
            // A tag may lead to what is known as an attestation, and its
            // manifest alone says less.
            if matches!(below.given.known.manifest(&digest), Manifest::Stored(Children::Attestation(_))) {
                return;
            }
            effects.artifacts.push(digest);
        }
        // Set aside by what the index says: they are not asked for.
        ManifestFacts::Index { children, .. } => {
            let artifacts = children.iter().filter(|entry| EntryKind::of(entry) == EntryKind::Artifact);
            effects.artifacts.extend(artifacts.map(|entry| entry.digest));
        }
        ManifestFacts::Image(_) | ManifestFacts::Attestation { .. } => {}
    }
    effects.odd(&format!("{repository}@{digest}"), manifest.facts.odd());
    effects.counts.manifests_new += 1;
    let children = Children::of(&manifest.facts, &below.given.context.selection);
    below.fetched(repository, (digest, depth), &children, effects);
    effects.writes.manifests.push(manifest);
}
