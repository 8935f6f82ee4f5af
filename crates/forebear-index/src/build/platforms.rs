//! Platforms, by number.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use forebear_image::Platform;

use crate::format::NONE;

use super::column::Column;
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
    /// What an index states and a config adds to that, where it adds something.
    filled: HashMap<(u32, u32), u32>,
}

impl Platforms {
    /// `children` are the places of the entries' manifests, and `own` the texts
    /// of the platforms that configs state, by place.
    pub(super) fn of(
        texts: &Texts,
        configs: &Configs,
        manifests: &Manifests,
        (children, own): (&[u32], &Column<u32>),
    ) -> Self {
        let mut used: BTreeSet<u32> = configs.facts.iter().map(|facts| facts.platform).collect();
        used.extend(manifests.entries.iter().map(|entry| entry.platform));
        let platform = |text: &u32| texts.platforms.get(text);
        let entries = manifests.entries.iter().zip(children);
        let pairs = entries.map(|(entry, child)| (entry.platform, own.get(*child)));
        let pairs: HashSet<(u32, u32)> = pairs.filter(|(stated, own)| stated != own).collect();
        let filled = |(stated, own): &(u32, u32)| Platform::of_image(platform(stated), platform(own));
        let mut sorted: Vec<Platform> = used.iter().filter_map(platform).cloned().collect();
        sorted.extend(pairs.iter().filter_map(filled));
        sorted.sort();
        sorted.dedup();
        let id = |text: &u32| u32::try_from(sorted.binary_search(platform(text)?).ok()?).ok();
        let ids: BTreeMap<u32, u32> = used.iter().filter_map(|text| Some((*text, id(text)?))).collect();
        let place = |platform: Platform| u32::try_from(sorted.binary_search(&platform).ok()?).ok();
        let filled =
            pairs.iter().filter_map(|pair| Some(((*ids.get(&pair.0)?, *ids.get(&pair.1)?), place(filled(pair)?)?)));
        let filled = filled.filter(|((stated, _), filled)| stated != filled).collect();
        Self { sorted, ids, filled }
    }

    /// The id of what an image is for: the id of what indexes state, if any does,
    /// and the text of what its config does.
    pub(super) fn of_image(&self, stated: u32, own: u32) -> u32 {
        if stated == NONE || own == NONE {
            return stated;
        }
        self.filled.get(&(stated, self.id(own))).copied().unwrap_or(stated)
    }

    /// The id of the platform that a text is.
    pub(super) fn id(&self, text: u32) -> u32 {
        self.ids.get(&text).copied().unwrap_or(NONE)
    }
}
