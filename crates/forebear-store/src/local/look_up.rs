//! Many keys at once, which in one process cost what each of them does.

use forebear_facts::TagObservation;
use forebear_image::config as config_of_image;
use forebear_image::{ConfigDigest, RepositoryName};

use super::store::LocalStore;
use crate::error::StoreError;
use crate::log::documents::Role;
use crate::look_up::{Found, Keys, StoredConfig};

/// Looks keys up one by one.
pub(super) fn one_by_one(store: &LocalStore, keys: &Keys<'_>) -> Result<Found, StoreError> {
    let Keys { manifests, configs, tags, repositories, walked, absent, populated, failures, tasks, .. } = keys;
    let LocalStore { index, .. } = store;
    Ok(Found {
        manifests: manifests.iter().map(|digest| store.kept_manifest(&digest.0)).collect::<Result<_, _>>()?,
        configs: configs.iter().map(|digest| config(store, digest, keys.platforms)).collect::<Result<_, _>>()?,
        tags: tags.iter().map(|(name, tag)| index.last_observation(name, tag)).collect::<Result<_, _>>()?,
        repositories: repositories.iter().map(|name| index.repository(name)).collect::<Result<_, _>>()?,
        walked: walked
            .iter()
            .map(|name| Ok(index.walked(keys.run, name)?.is_some()))
            .collect::<Result<_, StoreError>>()?,
        absent: absent.iter().map(|(name, tag)| index.is_absent(keys.run, name, tag)).collect::<Result<_, _>>()?,
        populated: populated.iter().map(|name| is_populated(store, name)).collect::<Result<_, _>>()?,
        open: open(store, keys)?,
        failures: failures.iter().map(|subject| index.failure(subject)).collect::<Result<_, _>>()?,
        tasks: tasks.iter().map(|task| index.is_pending(keys.run, task)).collect::<Result<_, _>>()?,
    })
}

fn config(store: &LocalStore, digest: &ConfigDigest, platforms: bool) -> Result<Option<StoredConfig>, StoreError> {
    if store.location(&digest.0)?.is_none_or(|location| location.role != Some(Role::Config)) {
        return Ok(None);
    }
    if !platforms {
        return Ok(Some(StoredConfig { platform: None }));
    }
    let document = store.kept(&digest.0)?;
    let platform = document.and_then(|bytes| config_of_image::parse(&bytes).ok()?.platform);
    Ok(Some(StoredConfig { platform }))
}

fn is_populated(store: &LocalStore, name: &RepositoryName) -> Result<bool, StoreError> {
    Ok(!store.index.open_observations(name, None, 1)?.is_empty())
}

fn open(store: &LocalStore, keys: &Keys<'_>) -> Result<Vec<Vec<TagObservation>>, StoreError> {
    let (mut pages, mut room) = (Vec::new(), keys.most_open);
    for (name, after) in &keys.open {
        if room == 0 {
            break;
        }
        let page = store.index.open_observations(name, *after, room)?;
        room = room.saturating_sub(page.len());
        pages.push(page);
    }
    Ok(pages)
}
