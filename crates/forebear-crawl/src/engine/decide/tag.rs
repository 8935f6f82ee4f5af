//! Where a tag leads, or that it is gone.

use forebear_facts::observe;
use forebear_image::{ManifestDigest, RepositoryName};
use forebear_store::NewManifest;

use crate::engine::effects::Effects;

use super::descending::Descending;
use super::given::Given;
use super::manifest;

/// A tag leads to a manifest, which is at hand where it had to be fetched.
pub(super) fn found(
    (repository, tag): (&RepositoryName, &str),
    (digest, fetched, by_tag_only): (ManifestDigest, Option<Box<NewManifest>>, bool),
    given: Given<'_>,
    below: &mut Descending<'_>,
    effects: &mut Effects,
) {
    let last = given.known.observation(repository, tag);
    effects.observe(observe::present((repository, tag), last.cloned(), digest, given.context.now));
    match fetched {
        Some(fetched) => manifest::fetched(*fetched, repository, 0, below, effects),
        None => {
            let tag = by_tag_only.then_some(tag);
            below.manifest(repository, (digest, 0), tag, effects);
        }
    }
    effects.counts.tags_done += 1;
}

/// A tag was listed and is not there.
pub(super) fn gone(repository: &RepositoryName, tag: &str, given: Given<'_>, effects: &mut Effects) {
    effects.counts.gone += 1;
    effects.counts.tags_done += 1;
    effects.observe(observe::absent(given.known.observation(repository, tag).cloned()));
}
