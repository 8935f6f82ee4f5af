//! `manifest.json`, and which of its images is meant.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use forebear_image::Platform;
use forebear_image::descend::Choice;
use forebear_image::json::{self, FieldError, Found, List, Noted, Value};
use forebear_image::limits::{MAX_IMAGES, MAX_LAYERS, MAX_NAMES};

use super::digests::config_named;
use crate::error::Problem;
use crate::named::{Called, meant, position};
use crate::offered::offered;

json::object! {
    struct Listed {
        config: String = "Config",
        repo_tags: List<String, MAX_NAMES> = "RepoTags",
        layers: List<String, MAX_LAYERS> = "Layers",
    }
}

/// An image as it is listed.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) config: String,
    pub(super) tags: Vec<String>,
    pub(super) layers: Vec<String>,
}

/// The images that a list names.
pub(super) fn parse(list: &[u8], name: &str) -> Result<Vec<Item>, Problem> {
    let listed: Value<List<Listed, MAX_IMAGES>> =
        json::from_slice(list).map_err(|error| Problem::document(name, error))?;
    let listed = listed.or_found().map_err(|found| Problem::document(name, not_listed(&found)))?;
    let item = |listed: Listed| -> Result<Item, FieldError> {
        Ok(Item {
            config: listed.config.known()?.unwrap_or_default(),
            tags: listed.repo_tags.or_note(&mut Noted::new()).unwrap_or_default().0,
            layers: listed.layers.known()?.unwrap_or_default().0,
        })
    };
    listed.0.into_iter().map(|listed| item(listed).map_err(|error| Problem::document(name, error))).collect()
}

/// Why it is no list of images.
fn not_listed(found: &Found) -> String {
    match found {
        Found::LongList { .. } | Found::LadenList { .. } => format!("it is {found}"),
        Found::Text(..)
        | Found::Number(_)
        | Found::Boolean(_)
        | Found::List
        | Found::Object
        | Found::ListWith(_)
        | Found::WordyList { .. }
        | Found::LargeObject { .. }
        | Found::ObjectWith(..) => format!("it is {found}, not a list"),
    }
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
/// and layers are the same image. Without a config none is known to be another.
fn each_once(items: Vec<Item>) -> Vec<Item> {
    let mut once: Vec<Item> = Vec::new();
    let mut places: HashMap<(String, Vec<String>), usize> = HashMap::new();
    for item in items {
        if item.config.is_empty() {
            once.push(item);
            continue;
        }
        match places.entry((item.config.clone(), item.layers.clone())) {
            Entry::Occupied(known) => {
                if let Some(known) = once.get_mut(*known.get()) {
                    known.tags.extend(item.tags);
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
    Called { names: item.tags.clone(), digests: config_named(&item.config).into_iter().collect() }
}
