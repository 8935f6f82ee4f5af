//! Layer keys and the layer trie.

use forebear_facts::rows::Key;
use rayon::prelude::*;

use crate::error::IndexError;
use crate::format::records::{Id, Node};
use crate::format::{FileWriter, NONE, Section, Target, id_of};
use crate::look_up::{fan, node_slot, start};

use super::chains::Chains;
use super::column::Column;
use super::order::{Order, depth_first};

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

/// A layer key as bytes.
fn bytes((kind, key): &LayerKey) -> [u8; 33] {
    let mut bytes = [0; 33];
    if let Some((first, rest)) = bytes.split_first_mut() {
        *first = *kind as u8;
        rest.copy_from_slice(key);
    }
    bytes
}

/// All stacks of layers while they come in.
#[derive(Debug)]
pub(super) struct Layers {
    chains: Chains,
    /// For each node its topmost layer.
    tops: Column<LayerKey>,
}

/// The layer trie as it was written.
#[derive(Debug)]
pub(super) struct Written {
    /// Place of each node by order of arrival.
    pub places: Column<u32>,
    nodes: Vec<Node>,
    /// How many layer keys there are.
    layers: usize,
    /// How many of them are diff_ids.
    pub diff_ids: u32,
    /// For each node by order of arrival the place of its topmost layer.
    pub of_node: Column<u32>,
    /// The places of the other keys.
    pub of_other: Column<u32>,
}

impl Layers {
    pub(super) fn new() -> Self {
        Self { chains: Chains::new(), tops: Column::from(vec![LayerKey::default()]) }
    }

    /// Lets go of what finding stacks takes: most images are in.
    pub(super) fn seal(&mut self) {
        self.chains.seal();
    }

    /// The node of a stack.
    pub(super) fn insert(&mut self, stack: impl Iterator<Item = LayerKey> + Clone) -> Result<u32, IndexError> {
        self.chains.open(|node| bytes(&self.tops.get(node)));
        let items = stack.clone().map(|key| bytes(&key));
        let tops = &mut self.tops;
        let mut rest = stack.enumerate();
        self.chains.insert("trie nodes", items, |position| {
            if let Some((_, key)) = rest.find(|(at, _)| *at == position) {
                tops.push(key);
            }
            Ok(())
        })
    }

    /// How many nodes there are.
    pub(super) fn nodes(&self) -> usize {
        self.tops.len()
    }

    /// A node's topmost layer.
    pub(super) fn top(&self, node: u32) -> LayerKey {
        self.tops.get(node)
    }

    /// The node one layer below.
    pub(super) fn below(&self, node: u32) -> u32 {
        self.chains.parents.get(node)
    }

    /// Writes the layer keys, `others` among them, which are sorted and no
    /// diff_ids, and lays out the trie.
    pub(super) fn write<W: Target>(self, others: &[Key], out: &mut FileWriter<W>) -> Result<Written, IndexError> {
        let Self { chains, tops } = self;
        let parents = chains.into_parents();
        let Sorted { diff_ids, layers, of_node, of_other } = sorted(&tops, others, out)?;
        drop(tops);
        let layer = |node: u32| of_node.get(node);
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
        Ok(Written { places, nodes, layers, diff_ids, of_node, of_other })
    }
}

/// Layer keys in their final order.
struct Sorted {
    diff_ids: u32,
    layers: usize,
    /// For each node the place of its topmost layer.
    of_node: Column<u32>,
    /// The places of the other keys.
    of_other: Column<u32>,
}

/// Sorts and writes the distinct keys of all nodes, and `others`.
fn sorted<W: Target>(tops: &Column<LayerKey>, others: &[Key], out: &mut FileWriter<W>) -> Result<Sorted, IndexError> {
    let count = id_of("trie nodes", tops.len())?;
    id_of("layers", tops.len() + others.len())?;
    let key = |id: u32| match id.checked_sub(count) {
        Some(other) => (Kind::Blob, others.get(other as usize).copied().unwrap_or_default()),
        None => tops.get(id),
    };
    let all = (0..).take(tops.len() + others.len()).skip(1);
    let mut order: Vec<(Kind, u64, u32)> = all.map(|id| (key(id), id)).map(|((k, d), id)| (k, start(&d), id)).collect();
    order.par_sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| key(a.2).cmp(&key(b.2))));
    let mut places = Column::of(0_u32, tops.len() + others.len());
    let (mut diff_ids, mut layers) = (0, 0_u32);
    let mut last: Option<LayerKey> = None;
    let mut starts: Vec<u64> = Vec::new();
    out.begin(Section::Layers);
    for (_, _, id) in order {
        let own = key(id);
        if last != Some(own) {
            last = Some(own);
            layers += 1;
            if own.0 == Kind::DiffId {
                diff_ids += 1;
                starts.push(start(&own.1));
            }
            out.write(&own.1)?;
        }
        places.set(id, layers - 1);
    }
    out.end()?;
    let fan: Vec<Id> = fan(diff_ids, starts.into_iter()).into_iter().map(Id::new).collect();
    out.table(Section::LayerFan, &fan)?;
    let of_other = Column::from(places.get_mut(tops.len()..).unwrap_or_default().to_vec());
    Ok(Sorted { diff_ids, layers: layers as usize, of_node: places, of_other })
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
