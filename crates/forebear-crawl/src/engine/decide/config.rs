//! Configs: that of an image is fetched, or stored already.

use forebear_image::{ConfigDigest, RepositoryName};
use forebear_store::{NewConfig, Task};

use crate::engine::effects::{Effects, Met};
use crate::engine::known::UnderWay;

use super::given::Given;
use super::want::want;

/// Stores a config.
pub(super) fn fetched(config: NewConfig, repository: &RepositoryName, given: Given<'_>, effects: &mut Effects) {
    effects.odd(&format!("{repository}@{}", config.digest), &config.facts.runtime.odd);
    let is_wanted = given.context.selection.wants_built(config.facts.platform.as_ref());
    effects.met(config.digest.0, if is_wanted { Met::New } else { Met::OtherPlatform });
    effects.writes.configs.push(config);
}

/// Asks for the config of an image where it is not stored. Returns whether the
/// run had it to do.
pub(super) fn wanted(
    digest: ConfigDigest,
    repository: &RepositoryName,
    given: Given<'_>,
    effects: &mut Effects,
) -> UnderWay {
    match given.known.config(&digest) {
        None => want(Task::Config { digest, repository: repository.clone() }, given, effects),
        Some(stored) => {
            let selection = &given.context.selection;
            let is_wanted = !selection.narrows_platforms() || selection.wants_built(stored.platform.as_ref());
            effects.met(digest.0, if is_wanted { Met::Known } else { Met::OtherPlatform });
            UnderWay::No
        }
    }
}
