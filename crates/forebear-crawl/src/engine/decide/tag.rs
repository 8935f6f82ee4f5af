//! Where a tag leads, or that it is gone.

use forebear_facts::observe;
use forebear_image::{ManifestDigest, RepositoryName};
use forebear_store::{AbsentTag, Depth, NewManifest};

use crate::engine::effects::Effects;
use crate::engine::known::Manifest;

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
        // Where HEAD does not tell it, it comes along in every run.
        Some(fetched) if !matches!(given.known.manifest(&digest), Manifest::Stored(_)) => {
            manifest::fetched(*fetched, repository, Depth::TAG, below, effects);
        }
        Some(_) | None => {
            let tag = by_tag_only.then_some(tag);
            below.manifest(repository, digest, tag, effects);
        }
    }
    effects.counts.tags_done += 1;
}

/// A tag was listed and is not there. What that means is decided at the end of
/// the run ([`crate::engine::absences`]).
pub(super) fn absent(repository: &RepositoryName, tag: &str, effects: &mut Effects) {
    effects.counts.tags_done += 1;
    effects.writes.absent.push(AbsentTag { repository: repository.clone(), tag: tag.to_owned() });
}
