//! Layer keys and the layer trie.

use forebear_image::rows::Key;
use rayon::prelude::*;

use crate::error::IndexError;
use crate::format::records::{Id, Node};
use crate::format::{FileWriter, NONE, Section, Target};
use crate::look_up::node_slot;

use super::chains::Chains;
use super::column::Column;
use super::id_of;
use super::order::{Order, depth_first};
use super::prints::Prints;

/// What an image is compared by, one for each layer: a diff_id, or a blob's
/// digest where none is known.
pub(super) type LayerKey = (Kind, Key);

/// Which of the two a key is. diff_ids come first in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Kind {
    #[default]
    DiffId = 0,
    Blob = 1,
}

/// Distinct keys, numbered in order of arrival.
#[derive(Debug, Default)]
pub(super) struct Keys {
    known: Prints,
    pub(super) keys: Column<LayerKey>,
}

impl Keys {
    /// The number of a key.
    pub(super) fn intern(&mut self, what: &'static str, key: LayerKey) -> Result<u32, IndexError> {
        let print = self.known.of(&bytes(&key));
        if let Some(known) = self.known.find(print) {
            return Ok(known);
        }
        let id = self.keys.next(what)?;
        self.keys.push(key);
        self.known.insert(print, id);
        Ok(id)
    }

    /// Places of all keys when they are sorted, and the numbers in that order.
    pub(super) fn sorted(&self) -> (Column<u32>, Vec<u32>) {
        let mut order: Vec<(u8, u64, u32)> =
            self.keys.entries().map(|(id, (kind, key))| (*kind as u8, start(key), id)).collect();
        order.par_sort_unstable_by(|a, b| {
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| self.keys.get(a.2).cmp(&self.keys.get(b.2)))
        });
        let mut places = Column::of(0_u32, order.len());
        for (place, (_, _, id)) in (0..).zip(&order) {
            places.set(*id, place);
        }
        (places, order.into_iter().map(|(_, _, id)| id).collect())
    }
}

/// A layer key as bytes.
fn bytes((kind, key): &LayerKey) -> [u8; 33] {
    let mut bytes = [0; 33];
    if let Some((first, rest)) = bytes.split_first_mut() {
        *first = *kind as u8;
        rest.copy_from_slice(key);
    }
    bytes
}

/// The first eight bytes of a key, as they sort.
pub(super) fn start(key: &Key) -> u64 {
    key.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// All stacks of layers while they come in.
#[derive(Debug)]
pub(super) struct Layers {
    chains: Chains,
    keys: Keys,
    /// For each node its topmost layer.
    tops: Column<u32>,
}

/// The layer trie as it was written.
#[derive(Debug)]
pub(super) struct Written {
    /// Place of each node by order of arrival.
    pub places: Column<u32>,
    nodes: Vec<Node>,
    /// Place of each layer key by order of arrival.
    layers: usize,
}

impl Layers {
    pub(super) fn new() -> Self {
        Self { chains: Chains::new(), keys: Keys::default(), tops: Column::from(vec![NONE]) }
    }

    /// The node of a stack.
    pub(super) fn insert(&mut self, stack: impl Iterator<Item = LayerKey> + Clone) -> Result<u32, IndexError> {
        let items = stack.clone().map(|key| bytes(&key));
        let (keys, tops) = (&mut self.keys, &mut self.tops);
        let mut rest = stack.enumerate();
        self.chains.insert("trie nodes", items, |position| {
            if let Some((_, key)) = rest.find(|(at, _)| *at == position) {
                tops.push(keys.intern("layers", key)?);
            }
            Ok(())
        })
    }

    /// A node's topmost layer, by order of arrival.
    pub(super) fn top_id(&self, node: u32) -> u32 {
        self.tops.get(node)
    }

    /// The key of a layer.
    pub(super) fn key(&self, layer: u32) -> LayerKey {
        self.keys.keys.get(layer)
    }

    /// The node one layer below.
    pub(super) fn below(&self, node: u32) -> u32 {
        self.chains.parents.get(node)
    }

    /// How many of the keys are diff_ids.
    pub(super) fn diff_ids(&self) -> Result<u32, IndexError> {
        id_of("layers", self.keys.keys.iter().filter(|(kind, _)| *kind == Kind::DiffId).count())
    }

    /// Adds a key that may be no image's.
    pub(super) fn intern(&mut self, key: LayerKey) -> Result<u32, IndexError> {
        self.keys.intern("layers", key)
    }

    /// Writes the layer keys and lays out the trie. Also returns the place of
    /// each layer key by order of arrival.
    pub(super) fn write<W: Target>(self, out: &mut FileWriter<W>) -> Result<(Written, Column<u32>), IndexError> {
        let Self { chains, keys, tops } = self;
        let parents = chains.into_parents();
        let (layer_places, order) = keys.sorted();
        out.begin(Section::Layers);
        for id in &order {
            out.write(&keys.keys.get(*id).1)?;
        }
        out.end()?;
        let layers = order.len();
        drop((order, keys));
        let layer = |node: u32| layer_places.get(tops.get(node));
        let Order { places, sizes } = depth_first(&parents, |a, b| layer(a).cmp(&layer(b)));
        let none = Id::new(NONE);
        let empty = Node { parent: none, layer: none, end: none, first_image: Id::new(0), depth: Id::new(0) };
        let mut nodes = vec![empty; places.len()];
        for (id, place) in places.entries() {
            let above = parents.get(id);
            // Parents come before their children.
            let depth = match above {
                NONE => 0,
                above => nodes.get(places.get(above) as usize).map_or(0, |node| node.depth.get() + 1),
            };
            if let Some(node) = nodes.get_mut(*place as usize) {
                node.end = Id::new(place + sizes.get(id));
                node.depth = Id::new(depth);
                if above != NONE {
                    node.parent = Id::new(places.get(above));
                    node.layer = Id::new(layer(id));
                }
            }
        }
        Ok((Written { places, nodes, layers }, layer_places))
    }
}

impl Written {
    /// Writes the trie, now that it is known at which nodes images end:
    /// `image_nodes` are the places of all images' nodes, ascending.
    pub(super) fn finish<W: Target>(
        mut self,
        image_nodes: impl Iterator<Item = u32>,
        out: &mut FileWriter<W>,
    ) -> Result<Column<u32>, IndexError> {
        let mut images = 0;
        let mut rest = image_nodes.peekable();
        for (place, node) in (0..).zip(&mut self.nodes) {
            node.first_image = Id::new(images);
            while rest.next_if(|image| *image <= place).is_some() {
                images += 1;
            }
        }
        let none = Id::new(NONE);
        let last = Node { parent: none, layer: none, end: none, first_image: Id::new(images), depth: Id::new(0) };
        self.nodes.push(last);
        out.table(Section::Nodes, &self.nodes)?;
        self.nodes.pop();
        out.table(Section::NodeTable, &node_table(&self.nodes))?;
        self.write_places(out)?;
        Ok(self.places)
    }

    /// Writes the nodes of each layer, by counting.
    fn write_places<W: Target>(&self, out: &mut FileWriter<W>) -> Result<(), IndexError> {
        let mut starts = Column::of(0_u32, self.layers + 1);
        for node in self.nodes.iter().skip(1) {
            if let Some(count) = starts.slot(node.layer.get() + 1) {
                *count += 1;
            }
        }
        let mut at = 0;
        for start in starts.iter_mut() {
            at += *start;
            *start = at;
        }
        let table: Vec<Id> = starts.iter().map(|start| Id::new(*start)).collect();
        out.table(Section::LayerNodeStarts, &table)?;
        drop(table);
        let mut nodes = vec![Id::new(0); self.nodes.len().saturating_sub(1)];
        for (id, node) in (0..).zip(&self.nodes).skip(1) {
            if let Some(start) = starts.slot(node.layer.get()) {
                if let Some(slot) = nodes.get_mut(*start as usize) {
                    *slot = Id::new(id);
                }
                *start += 1;
            }
        }
        out.table(Section::LayerNodes, &nodes)?;
        Ok(())
    }
}

/// The hash table from (parent, layer) to node, filled in node order.
fn node_table(nodes: &[Node]) -> Vec<Id> {
    let slots = nodes.len() * 3 / 2 + 1;
    let mut table = vec![Id::new(NONE); slots];
    for (id, node) in (0..).zip(nodes).skip(1) {
        let Some(mut slot) = node_slot(node.parent.get(), node.layer.get(), slots) else { continue };
        while table.get(slot).is_some_and(|taken| taken.get() != NONE) {
            slot = (slot + 1) % slots;
        }
        if let Some(free) = table.get_mut(slot) {
            *free = Id::new(id);
        }
    }
    table
}
