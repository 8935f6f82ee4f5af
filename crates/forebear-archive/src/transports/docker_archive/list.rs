//! `manifest.json`, and which of its images is meant.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use forebear_image::Platform;
use forebear_image::descend::Choice;
use serde::Deserialize;

use super::digests::config_named;
use crate::error::Problem;
use crate::named::{Called, meant, position};
use crate::offered::offered;

/// An image as it is listed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Item {
    pub(super) config: String,
    pub(super) repo_tags: Option<Vec<String>>,
    pub(super) layers: Option<Vec<String>>,
}

/// The image that is meant: by its name or position; of several by one name
/// that for the platform; else the only one whose config is there. `look` gives
/// what an item's config says, where that is there.
pub(super) fn choose(
    items: Vec<Item>,
    wanted: Option<&str>,
    choice: Choice<'_>,
    look: impl Fn(&Item) -> Option<Option<Platform>>,
) -> Result<Item, Problem> {
    let none = || Problem::Missing("images".to_owned());
    let mut items = items;
    if let Some(at) = wanted.and_then(position) {
        if at < items.len() {
            return Ok(items.swap_remove(at));
        }
        return Err(Problem::NotThere { wanted: format!("image @{at}"), offered: format!("{} of them", items.len()) });
    }
    items = each_once(items);
    let called: Vec<Called> = items.iter().map(called).collect();
    let offered = || offered(called.iter().filter_map(Called::best));
    let meant = match wanted {
        Some(wanted) => meant(&called, wanted),
        None => (0..items.len()).collect(),
    };
    let at = match (meant.as_slice(), wanted) {
        ([only], _) => *only,
        ([], Some(wanted)) => return Err(Problem::NotThere { wanted: format!("image {wanted}"), offered: offered() }),
        ([], None) => return Err(none()),
        ([first, rest @ ..], _) => {
            let looked = |at: &usize| Some((*at, look(items.get(*at)?)));
            let looked: Vec<(usize, Option<Option<Platform>>)> = meant.iter().filter_map(looked).collect();
            let names = |at: &usize| called.get(*at).map(|called| &called.names);
            let one_name = rest.iter().all(|at| names(at) == names(first) && names(at).is_some_and(|n| !n.is_empty()));
            match looked.iter().filter(|(_, there)| there.is_some()).collect::<Vec<_>>().as_slice() {
                [(only, _)] if choice.wanted.is_none() || !one_name => *only,
                _ if one_name => {
                    let platform = |(_, there): &(usize, Option<Option<Platform>>)| there.clone().flatten();
                    let platforms: Vec<_> = looked.iter().map(|looked| (looked.0, platform(looked))).collect();
                    let chosen = choice.among(&platforms, |(_, platform)| platform.as_ref())?;
                    looked.get(chosen).map_or(*first, |(at, _)| *at)
                }
                _ => return Err(Problem::Several(offered())),
            }
        }
    };
    items.into_iter().nth(at).ok_or_else(none)
}

/// One image saved under several names is listed once for each: the same config
/// and layers are the same image.
fn each_once(items: Vec<Item>) -> Vec<Item> {
    let mut once: Vec<Item> = Vec::new();
    let mut places: HashMap<(String, Option<Vec<String>>), usize> = HashMap::new();
    for item in items {
        match places.entry((item.config.clone(), item.layers.clone())) {
            Entry::Occupied(known) => {
                if let Some(known) = once.get_mut(*known.get()) {
                    known.repo_tags.get_or_insert_default().extend(item.repo_tags.unwrap_or_default());
                }
            }
            Entry::Vacant(place) => {
                _ = place.insert(once.len());
                once.push(item);
            }
        }
    }
    once
}

fn called(item: &Item) -> Called {
    Called {
        names: item.repo_tags.clone().unwrap_or_default(),
        digests: config_named(&item.config).into_iter().collect(),
    }
}
