//! The search for the image that is meant among the entries of an index and of
//! the indexes inside it.
//!
//! The likeliest is read first, and where that leaves no doubt it is all that is
//! read. An entry that leaves its platform out, or a part of it that matters, is
//! asked by its config; what turns out to be no image is passed by.

use std::collections::BTreeSet;

use crate::config::ConfigFacts;
use crate::digest::ManifestDigest;
use crate::entry::EntryKind;
use crate::facts::{ChildManifest, LayerDescriptor};
use crate::image::Image;
use crate::platform::Platform;

use super::choice::{Choice, NotChosen, Otherwise};
use super::descended::Descended;
use super::no_image::no_image;
use super::path::Path;
use super::rank::{Rank, has_converted_layers};

/// Entries that are read in one search; each costs a pull.
const MAX_READ: usize = 64;

/// Whether a place holds the manifest of this digest and what it is read with.
pub(super) type Holds<'a> = &'a (dyn Fn(&ManifestDigest) -> bool + Sync);

/// A search under way.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// The ways to the indexes that were met.
    indexes: Vec<Path>,
    /// Entries that were not read.
    open: Vec<Open>,
    /// Images that were.
    read: Vec<Reached>,
    /// Entries that were met, as far as they tell images apart.
    listed: BTreeSet<(ManifestDigest, Option<Platform>)>,
    /// How many they are, and how many were read.
    met: usize,
    opened: usize,
    /// Why the first of those that could not be read could not be.
    unreadable: Option<Box<Descended>>,
    /// Types of what turned out, or is said, to be no image.
    artifacts: Vec<String>,
    unknown: Vec<String>,
    /// The outermost index's artifact type.
    own_type: Option<String>,
}

/// An entry that was not read.
#[derive(Debug)]
struct Open {
    entry: ChildManifest,
    /// Position of the index that lists it.
    index: usize,
    /// Its place among all that were met.
    at: usize,
}

/// An image that was read.
#[derive(Debug)]
pub(super) struct Reached {
    pub(super) path: Path,
    pub(super) image: Image,
    pub(super) layers: Vec<LayerDescriptor>,
    pub(super) config: ConfigFacts,
    /// Its place among all entries that were met.
    pub(super) at: usize,
}

/// How a search goes on.
pub(super) enum Step {
    /// This entry is read.
    Read {
        path: Box<Path>,
        digest: ManifestDigest,
        at: usize,
        /// Another one may be meant if this one cannot be read.
        unsure: bool,
    },
    /// This is the image that is meant.
    Chosen(Box<Reached>),
    /// None is.
    Over(Box<Descended>),
}

/// A candidate by its position in one of the lists.
enum Place {
    Open(usize),
    Read(usize),
}

impl Search {
    /// Adds the entries of an index. Of those in `held` the only one stands for
    /// all, where it is known what is there.
    pub(super) fn add(
        &mut self,
        path: Path,
        own_type: Option<String>,
        children: Vec<ChildManifest>,
        held: Option<Holds<'_>>,
    ) {
        if self.indexes.is_empty() {
            self.own_type = own_type;
        }
        let index = self.indexes.len();
        self.indexes.push(path);
        let mut entries = Vec::with_capacity(children.len());
        for entry in children {
            match EntryKind::of(&entry) {
                EntryKind::Manifest | EntryKind::Index | EntryKind::Untyped => entries.push(entry),
                EntryKind::Attestation => self.artifacts.push("an attestation".to_owned()),
                EntryKind::Artifact => self.artifacts.push(entry.artifact_type.unwrap_or(entry.media_type)),
                EntryKind::Unknown => self.unknown.push(entry.media_type),
            }
        }
        if let Some(held) = held.filter(|_| entries.len() > 1) {
            let mut there = entries.iter().enumerate().filter(|(_, entry)| held(&entry.digest));
            if let (Some((only, _)), None) = (there.next(), there.next()) {
                entries.swap(0, only);
                entries.truncate(1);
            }
        }
        for entry in entries {
            // What is listed twice is one image.
            if self.listed.insert((entry.digest, entry.platform.clone())) {
                self.open.push(Open { entry, index, at: self.met });
                self.met += 1;
            }
        }
    }

    /// Adds an image that was read.
    pub(super) fn reach(&mut self, reached: Reached) {
        self.read.push(reached);
    }

    /// Passes by an entry that turned out to be no image.
    pub(super) fn pass_by(&mut self, artifact_type: String) {
        self.artifacts.push(artifact_type);
    }

    /// Leaves out an entry that cannot be read.
    pub(super) fn leave_out(&mut self, ended: Descended) {
        self.unreadable.get_or_insert_with(|| Box::new(ended));
    }

    /// Whether no candidate but the one that was taken out is left.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.read.is_empty()
    }

    /// Whether no other entry was ever met.
    pub(super) fn had_one(&self) -> bool {
        self.met <= 1 && self.artifacts.is_empty() && self.unknown.is_empty()
    }

    /// What comes next.
    pub(super) fn next(&mut self, choice: Choice<'_>) -> Step {
        match self.meant(choice) {
            Ok(Place::Read(at)) => Step::Chosen(Box::new(self.read.swap_remove(at))),
            Ok(Place::Open(_)) if self.opened >= MAX_READ => self.over(NotChosen::Several { offered: self.offered() }),
            Ok(Place::Open(at)) => {
                let unsure = choice.wanted_here().is_none_or(|wanted| {
                    let rank = self.open.get(at).and_then(|open| Rank::of_entry(&open.entry, wanted));
                    rank.is_none_or(|rank| rank.unsure)
                });
                self.opened += 1;
                let Open { entry, index, at } = self.open.swap_remove(at);
                let digest = entry.digest;
                let mut path = self.indexes.get(index).cloned().unwrap_or_default();
                path.entry = Some(entry);
                Step::Read { path: Box::new(path), digest, at, unsure }
            }
            Err(not_chosen) => self.over(not_chosen),
        }
    }

    /// The candidate that is meant, or that has to be read to tell.
    fn meant(&self, choice: Choice<'_>) -> Result<Place, NotChosen> {
        if self.is_empty() {
            let artifacts = self.artifacts.iter().map(String::as_str);
            return Err(no_image(artifacts, self.unknown.iter().map(String::as_str), self.own_type.as_deref()));
        }
        if let Some(wanted) = choice.wanted {
            let none = || NotChosen::NoneFits { wanted: Box::new(wanted.clone()), offered: self.offered() };
            return self.nearest(wanted).ok_or_else(none);
        }
        if let Some(only) = self.only() {
            return Ok(only);
        }
        match choice.otherwise {
            Otherwise::Nothing => {
                let silent = self.open.iter().position(|open| open.entry.platform.is_none());
                let silent = silent.filter(|_| self.opened < MAX_READ).map(Place::Open);
                silent.ok_or_else(|| NotChosen::Several { offered: self.offered() })
            }
            Otherwise::Default => {
                let default = Platform::default_wanted();
                let none = || NotChosen::NoDefault { default: Box::new(default.clone()), offered: self.offered() };
                self.nearest(&default).ok_or_else(none)
            }
        }
    }

    /// The only image there is; one that is listed twice is one.
    fn only(&self) -> Option<Place> {
        let open = self.open.iter().map(|open| Some(open.entry.digest));
        let all: BTreeSet<_> = open.chain(self.read.iter().map(|read| read.image.manifest_digest)).collect();
        match (all.len(), self.read.is_empty()) {
            (1, false) => Some(Place::Read(0)),
            (1, true) => Some(Place::Open(0)),
            _ => None,
        }
    }

    /// The candidate that serves best, one that may turn out to at its best.
    fn nearest(&self, wanted: &Platform) -> Option<Place> {
        let open = self
            .open
            .iter()
            .enumerate()
            .filter_map(|(place, open)| Some((Rank::of_entry(&open.entry, wanted)?, open.at, Place::Open(place))));
        let read = self.read.iter().enumerate().filter_map(|(place, read)| {
            let is_converted = has_converted_layers(read.layers.iter().map(|layer| layer.media_type.as_str()));
            let (stated, own) = (read.path.stated_platform(), read.image.platform.as_ref());
            Some((Rank::of_image(stated, own, is_converted, wanted)?, read.at, Place::Read(place)))
        });
        open.chain(read).min_by_key(|(rank, at, _)| (*rank, *at)).map(|(_, _, place)| place)
    }

    /// The platforms that are offered, as far as they are known, in their order.
    fn offered(&self) -> Vec<Platform> {
        let open = self.open.iter().filter_map(|open| Some((open.at, open.entry.platform.clone()?)));
        let read = self.read.iter().filter_map(|read| Some((read.at, read.image.platform.clone()?)));
        let mut all: Vec<_> = open.chain(read).collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, platform)| platform).collect()
    }

    /// The end without an image.
    fn over(&mut self, not_chosen: NotChosen) -> Step {
        match self.unreadable.take() {
            Some(unreadable) if not_chosen.offered().is_empty() => Step::Over(unreadable),
            _ => {
                let path = self.indexes.first().cloned().unwrap_or_default();
                Step::Over(Box::new(path.failed(not_chosen.into())))
            }
        }
    }
}
