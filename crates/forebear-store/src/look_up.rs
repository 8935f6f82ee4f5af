//! Many keys asked for at once: what a chunk of outcomes needs to know.

use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{ConfigDigest, ManifestDigest, ManifestFacts, Platform, RepositoryName, config};

use crate::error::StoreError;
use crate::failure::Failure;
use crate::records::RunId;
use crate::task::Task;
use crate::Store;

/// What to look up. Keys of a kind may repeat.
#[derive(Clone, Debug, Default)]
pub struct Keys<'a> {
    /// The run that `walked` and `tasks` are about.
    pub run: RunId,
    /// Manifests: what they say.
    pub manifests: Vec<ManifestDigest>,
    /// Configs: whether they are stored.
    pub configs: Vec<ConfigDigest>,
    /// Whether to say of stored configs for which platform they are. That costs
    /// reading them.
    pub platforms: bool,
    /// Tags: their latest observations, over or not.
    pub tags: Vec<(&'a RepositoryName, &'a str)>,
    /// Repositories: what is known of them.
    pub repositories: Vec<&'a RepositoryName>,
    /// Repositories: whether the run has listed their tags.
    pub walked: Vec<&'a RepositoryName>,
    /// Repositories: whether a tag of theirs has an observation that is not over.
    pub populated: Vec<&'a RepositoryName>,
    /// Repositories: their observations that are not over, in the order of tags,
    /// of those after the tag given.
    pub open: Vec<(&'a RepositoryName, Option<&'a str>)>,
    /// The most observations that are read for `open`, all together.
    pub most_open: usize,
    /// Subjects: their failures on record.
    pub failures: Vec<String>,
    /// Tasks: whether they are pending.
    pub tasks: Vec<Task>,
}

/// A config that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConfig {
    /// What it says of its platform, if that was asked for.
    pub platform: Option<Platform>,
}

/// What was found: an answer for each key, in the order of [`Keys`].
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Of [`Keys::manifests`].
    pub manifests: Vec<Option<ManifestFacts>>,
    /// Of [`Keys::configs`].
    pub configs: Vec<Option<StoredConfig>>,
    /// Of [`Keys::tags`].
    pub tags: Vec<Option<TagObservation>>,
    /// Of [`Keys::repositories`].
    pub repositories: Vec<Option<RepositoryFacts>>,
    /// Of [`Keys::walked`].
    pub walked: Vec<bool>,
    /// Of [`Keys::populated`].
    pub populated: Vec<bool>,
    /// Of [`Keys::open`]. Where the limit is met, the last answer may lack its
    /// end, and there are none for what comes after it.
    pub open: Vec<Vec<TagObservation>>,
    /// Of [`Keys::failures`].
    pub failures: Vec<Option<Failure>>,
    /// Of [`Keys::tasks`].
    pub tasks: Vec<bool>,
}

/// Looks keys up one by one, in a store where that costs no more.
pub(crate) fn one_by_one<S: Store + ?Sized>(store: &S, keys: &Keys<'_>) -> Result<Found, StoreError> {
    let Keys { manifests, configs, tags, repositories, walked, populated, failures, tasks, .. } = keys;
    Ok(Found {
        manifests: manifests.iter().map(|digest| store.manifest(digest)).collect::<Result<_, _>>()?,
        configs: configs.iter().map(|digest| self::config(store, digest, keys.platforms)).collect::<Result<_, _>>()?,
        tags: tags.iter().map(|(name, tag)| store.last_observation(name, tag)).collect::<Result<_, _>>()?,
        repositories: repositories.iter().map(|name| store.repository(name)).collect::<Result<_, _>>()?,
        walked: walked.iter().map(|name| store.was_walked(keys.run, name)).collect::<Result<_, _>>()?,
        populated: populated.iter().map(|name| is_populated(store, name)).collect::<Result<_, _>>()?,
        open: open(store, keys)?,
        failures: failures.iter().map(|subject| store.failure(subject)).collect::<Result<_, _>>()?,
        tasks: tasks.iter().map(|task| store.is_pending(keys.run, task)).collect::<Result<_, _>>()?,
    })
}

fn config<S: Store + ?Sized>(
    store: &S,
    digest: &ConfigDigest,
    platforms: bool,
) -> Result<Option<StoredConfig>, StoreError> {
    if !store.has_config(digest)? {
        return Ok(None);
    }
    if !platforms {
        return Ok(Some(StoredConfig { platform: None }));
    }
    let document = store.document(&digest.0)?;
    let platform = document.and_then(|bytes| config::parse(&bytes).ok()?.platform);
    Ok(Some(StoredConfig { platform }))
}

fn is_populated<S: Store + ?Sized>(store: &S, name: &RepositoryName) -> Result<bool, StoreError> {
    Ok(!store.open_observations(name, None, 1)?.is_empty())
}

fn open<S: Store + ?Sized>(store: &S, keys: &Keys<'_>) -> Result<Vec<Vec<TagObservation>>, StoreError> {
    let (mut pages, mut room) = (Vec::new(), keys.most_open);
    for (name, after) in &keys.open {
        if room == 0 {
            break;
        }
        let page = store.open_observations(name, *after, room)?;
        room = room.saturating_sub(page.len());
        pages.push(page);
    }
    Ok(pages)
}
