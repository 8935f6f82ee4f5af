//! Platforms, by number.

use std::collections::{BTreeMap, BTreeSet};

use forebear_image::Platform;

use crate::format::NONE;

use super::configs::Configs;
use super::manifests::Manifests;
use super::texts::Texts;

/// All platforms that something is for.
#[derive(Debug)]
pub(super) struct Platforms {
    /// In their order; an id is a position in here.
    pub sorted: Vec<Platform>,
    /// Which texts are which.
    ids: BTreeMap<u32, u32>,
}

impl Platforms {
    pub(super) fn of(texts: &Texts, configs: &Configs, manifests: &Manifests) -> Self {
        let mut used: BTreeSet<u32> = configs.facts.iter().map(|facts| facts.platform).collect();
        used.extend(manifests.entries.iter().map(|entry| entry.platform));
        let platform = |text: &u32| texts.platforms.get(text);
        let mut sorted: Vec<Platform> = used.iter().filter_map(platform).cloned().collect();
        sorted.sort();
        sorted.dedup();
        let id = |text: &u32| u32::try_from(sorted.binary_search(platform(text)?).ok()?).ok();
        let ids = used.iter().filter_map(|text| Some((*text, id(text)?))).collect();
        Self { sorted, ids }
    }

    /// The id of the platform that a text is.
    pub(super) fn id(&self, text: u32) -> u32 {
        self.ids.get(&text).copied().unwrap_or(NONE)
    }
}
