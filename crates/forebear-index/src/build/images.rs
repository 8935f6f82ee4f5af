//! Images: which manifests are copies of which, and in what order they stand.

use forebear_facts::rows::kind;
use rayon::prelude::*;
use zerocopy::IntoBytes;
use zerocopy::little_endian::I64;

use crate::error::IndexError;
use crate::format::records::{Id, Image, Key, StepMark};
use crate::format::{FileWriter, NONE, Section, Target, id_of};

use super::blobs::Learned;
use super::column::Column;
use super::configs::{Configs, Facts};
use super::layers::Layers;
use super::manifests::Manifests;
use super::places::Places;
use super::platforms::Platforms;
use crate::look_up::start;

/// Images by number: first those whose config was read, by config, then those
/// of which only the manifest is known, by manifest.
#[derive(Debug)]
pub(super) struct Images {
    /// For each manifest that was read, its image or `NONE`.
    pub of_manifest: Column<u32>,
    /// How many configs there are: images before this have one.
    configs: u32,
    /// The others' manifests.
    unread: Vec<u32>,
    /// For each image its manifests, those that were read, by digest.
    starts: Column<u32>,
    members: Column<u32>,
    /// For each image its node in the layer trie, by order of arrival.
    nodes: Column<u32>,
}

/// What indexes say in place of the manifests they list: the least, whatever
/// their order. By place of the manifest.
#[derive(Debug, Default)]
pub(super) struct StatedByIndexes {
    /// With what the configs say where indexes are silent.
    pub platform: Column<u32>,
    pub declared: Column<u32>,
    /// What those are that are no images, a text.
    pub artifact: Column<u32>,
}

impl Images {
    /// Groups manifests into images, and gives every image its layers.
    pub(super) fn group(
        configs: &Configs,
        manifests: &Manifests,
        blobs: &Learned,
        layers: &mut Layers,
    ) -> Result<Self, IndexError> {
        let count = id_of("images", configs.keys.len())?;
        let mut unread = Vec::new();
        let mut of_manifest = Vec::with_capacity(manifests.facts.len());
        for (manifest, facts) in manifests.facts.entries() {
            of_manifest.push(match facts.kind {
                kind::IMAGE | kind::SCHEMA1 if facts.config != NONE => facts.config,
                kind::IMAGE | kind::SCHEMA1 => {
                    unread.push(manifest);
                    id_of("images", configs.keys.len() + unread.len())? - 1
                }
                _ => NONE,
            });
        }
        let of_manifest = Column::from(of_manifest);
        let total = configs.keys.len() + unread.len();
        let (starts, members) = grouped(&of_manifest, total);
        let mut images = Self { of_manifest, configs: count, unread, starts, members, nodes: Column::default() };
        for image in (0..).take(total) {
            // An image without diff_ids is compared by what its blobs are
            // known to be.
            let known = image < count && configs.facts.get(image).layers > 0;
            let node = if known {
                configs.nodes.get(image)
            } else {
                let first = images.members(image).first();
                let stack = first.map(|first| blobs.stack(manifests.blobs.get(*first), layers)).unwrap_or_default();
                layers.insert(stack.iter().copied())?
            };
            images.nodes.push(node);
        }
        Ok(images)
    }

    /// Manifests of an image, by digest.
    fn members(&self, image: u32) -> &[u32] {
        let (from, to) = (self.starts.get(image) as usize, self.starts.get(image + 1) as usize);
        (*self.members).get(from..to).unwrap_or_default()
    }

    /// How many images have no config.
    pub(super) fn unread(&self) -> usize {
        self.unread.len()
    }

    /// What identifies an image: its config, or its one manifest.
    fn key(&self, image: u32, configs: &Configs, manifests: &Manifests) -> Key {
        if self.is_by_manifest(image, manifests) {
            self.members(image).first().map(|manifest| manifests.keys.get(*manifest)).unwrap_or_default()
        } else {
            configs.keys.get(image)
        }
    }

    /// The order images stand in: by layers, history, identity. Only those
    /// that a manifest leads to.
    fn order(&self, tables: &Tables<'_>) -> Vec<Sorted> {
        let (configs, manifests) = (tables.configs, tables.manifests);
        let total = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let images = (0..total).into_par_iter().filter(|image| !self.members(*image).is_empty());
        let mut order: Vec<Sorted> = images
            .map(|image| {
                let by_manifest = self.is_by_manifest(image, manifests);
                let history = match configs.histories.get(image) {
                    arrived if image < self.configs && arrived != NONE => tables.histories.get(arrived),
                    _ => NONE,
                };
                let node = tables.nodes.get(self.nodes.get(image));
                Sorted { node, history, by_manifest, start: start(&self.key(image, configs, manifests)), image }
            })
            .collect();
        order.par_sort_unstable_by(|a, b| {
            let order = |s: &Sorted| (s.node, s.history, s.by_manifest, s.start);
            let key = |s: &Sorted| self.key(s.image, configs, manifests);
            order(a).cmp(&order(b)).then_with(|| key(a).cmp(&key(b)))
        });
        order
    }

    fn is_by_manifest(&self, image: u32, manifests: &Manifests) -> bool {
        let first = self.members(image).first().map(|manifest| manifests.facts.get(*manifest).kind);
        image >= self.configs || first == Some(kind::SCHEMA1)
    }

    /// Writes the images and their lists. Returns the place of each image, and
    /// the trie nodes of all images in their order.
    pub(super) fn write<W: Target>(
        &self,
        tables: &Tables<'_>,
        out: &mut FileWriter<W>,
    ) -> Result<(Column<u32>, Vec<u32>), IndexError> {
        let (configs, manifests) = (tables.configs, tables.manifests);
        let order = self.order(tables);
        let mut places = Column::of(NONE, self.nodes.len());
        let mut lists = Lists::default();
        let mut firsts = Vec::with_capacity(order.len());
        for (place, sorted) in (0..).zip(&order) {
            places.set(sorted.image, place);
            let first_declared = Id::new(id_of("declared bases", lists.declared.len())?);
            firsts.push((first_declared, Id::new(id_of("manifests", lists.manifests.len())?)));
            lists.add(self.members(sorted.image), sorted.image, tables);
        }
        out.gather(Section::Images, order.len(), |place| {
            let sorted = order.get(place as usize).copied().unwrap_or_default();
            let (first_declared, first_manifest) = firsts.get(place as usize).copied().unwrap_or_default();
            let facts = if sorted.image < self.configs {
                configs.facts.get(sorted.image)
            } else {
                Facts { platform: NONE, runtime: NONE, ..Facts::default() }
            };
            let members = self.members(sorted.image);
            let stated = members.iter().map(|manifest| tables.stated.platform.get(tables.places.read(*manifest)));
            let stated = stated.min().filter(|platform| *platform != NONE);
            let flag = |on, bit| if on { bit } else { 0 };
            Image {
                digest: self.key(sorted.image, configs, manifests),
                node: Id::new(sorted.node),
                history: Id::new(sorted.history),
                platform: Id::new(stated.unwrap_or_else(|| tables.platforms.id(facts.platform))),
                flags: Id::new(
                    flag(sorted.by_manifest, Image::BY_MANIFEST)
                        | flag(facts.untimed, Image::UNTIMED_STEP)
                        | flag(facts.marked, Image::MARKED_STEP)
                        | flag(facts.created.is_some(), Image::CREATED),
                ),
                created_seconds: I64::new(facts.created.map_or(0, |time| time.seconds)),
                created_nanos: Id::new(facts.created.map_or(0, |time| time.nanos)),
                runtime: Id::new(facts.runtime),
                first_declared,
                first_manifest,
            }
        })?;
        drop(firsts);
        write_marks(&places, tables.marks, out)?;
        out.table(Section::ImageManifests, &lists.manifests)?;
        out.table(Section::ImageDeclared, &lists.declared)?;
        drop(lists);
        self.write_by_digest(&places, tables, out)?;
        Ok((places, order.into_iter().map(|sorted| sorted.node).collect()))
    }

    /// Writes which image each digest is. Those with a config are in that order
    /// already.
    fn write_by_digest<W: Target>(
        &self,
        places: &Column<u32>,
        tables: &Tables<'_>,
        out: &mut FileWriter<W>,
    ) -> Result<(), IndexError> {
        let total = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        let key = |image: u32| self.key(image, tables.configs, tables.manifests);
        let placed = (0..total).filter(|image| places.get(*image) != NONE);
        let (mut by_manifest, by_config): (Vec<u32>, Vec<u32>) =
            placed.partition(|image| self.is_by_manifest(*image, tables.manifests));
        by_manifest.par_sort_unstable_by_key(|image| key(*image));
        let (mut read, mut unread) = (by_config.into_iter().peekable(), by_manifest.into_iter().peekable());
        out.begin(Section::ImagesByDigest);
        loop {
            let next = match (read.peek(), unread.peek()) {
                (Some(a), Some(b)) if key(*a) > key(*b) => unread.next(),
                (Some(_), _) => read.next(),
                (None, _) => unread.next(),
            };
            let Some(image) = next else { break };
            out.write(Id::new(places.get(image)).as_bytes())?;
        }
        Ok(out.end()?)
    }
}

/// An image and what it is sorted by.
#[derive(Clone, Copy, Debug, Default)]
struct Sorted {
    node: u32,
    history: u32,
    by_manifest: bool,
    /// Beginning of its digest.
    start: u64,
    image: u32,
}

/// What images are written from.
#[derive(Debug)]
pub(super) struct Tables<'a> {
    pub configs: &'a Configs,
    pub manifests: &'a Manifests,
    pub places: &'a Places,
    pub stated: &'a StatedByIndexes,
    /// Places of layer trie nodes and of history nodes.
    pub nodes: &'a Column<u32>,
    pub histories: &'a Column<u32>,
    /// Steps that a config marks differently than the history trie does.
    pub marks: &'a [(u32, u32)],
    pub platforms: &'a Platforms,
}

/// Writes the steps that images mark differently than the history trie does,
/// of those that a manifest leads to.
fn write_marks<W: Target>(
    places: &Column<u32>,
    marks: &[(u32, u32)],
    out: &mut FileWriter<W>,
) -> Result<(), IndexError> {
    let placed = marks.iter().map(|(config, position)| (places.get(*config), *position));
    let mut placed: Vec<(u32, u32)> = placed.filter(|(image, _)| *image != NONE).collect();
    placed.par_sort_unstable();
    let record = |(image, position): &(u32, u32)| StepMark { image: Id::new(*image), position: Id::new(*position) };
    let records: Vec<StepMark> = placed.iter().map(record).collect();
    Ok(out.table(Section::StepMarks, &records)?)
}

/// Lists that belong to images.
#[derive(Default)]
struct Lists {
    manifests: Vec<Id>,
    declared: Vec<Id>,
}

impl Lists {
    /// Adds an image's manifests, and every base that they or its config
    /// declare, once.
    fn add(&mut self, members: &[u32], image: u32, tables: &Tables<'_>) {
        let first = self.declared.len();
        let mut declare = |text: u32| {
            let known = self.declared.get(first..).unwrap_or_default().iter().any(|other| other.get() == text);
            if text != NONE && !known {
                self.declared.push(Id::new(text));
            }
        };
        for manifest in members {
            let (own, place) = (tables.manifests.facts.get(*manifest).declared, tables.places.read(*manifest));
            declare(if own == NONE { tables.stated.declared.get(place) } else { own });
            self.manifests.push(Id::new(place));
        }
        for manifest in members {
            tables.manifests.materials.get(manifest).into_iter().flatten().for_each(|text| declare(*text));
        }
        if !tables.configs.facts.get(image).declares {
            return;
        }
        let declared = &tables.configs.declared;
        let from = declared.partition_point(|(config, _)| *config < image);
        let own = declared.get(from..).unwrap_or_default().iter().take_while(|(config, _)| *config == image);
        own.for_each(|(_, text)| declare(*text));
    }
}

/// The members of each of `count` groups, given each member's group.
fn grouped(groups: &Column<u32>, count: usize) -> (Column<u32>, Column<u32>) {
    let mut starts = Column::of(0_u32, count + 2);
    for group in groups.iter().filter(|group| **group != NONE) {
        if let Some(size) = starts.slot(group + 2) {
            *size += 1;
        }
    }
    let mut at = 0;
    for start in starts.iter_mut() {
        at += *start;
        *start = at;
    }
    let mut members = Column::of(0_u32, at as usize);
    for (member, group) in groups.entries().filter(|(_, group)| **group != NONE) {
        if let Some(next) = starts.slot(group + 1) {
            members.set(*next, member);
            *next += 1;
        }
    }
    (starts, members)
}
