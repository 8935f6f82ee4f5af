//! Blobs, and what each is known to be uncompressed.

use std::collections::BTreeSet;

use forebear_facts::rows::BlobRecord;
use rayon::prelude::*;
use zerocopy::IntoBytes;

use crate::error::IndexError;
use crate::format::records::{Blob, Id, Key, Long};
use crate::format::{FileWriter, NONE, Section, Target, id_of};

use super::chains::Chains;
use super::column::Column;
use super::layers::{Kind, LayerKey, Layers, Written};
use super::texts::Texts;
use crate::look_up::start;

/// All stacks of blobs while they come in, each beside the stack of diff_ids
/// that its config gives it.
#[derive(Debug)]
pub(super) struct Blobs {
    chains: Chains,
    /// For each node its topmost blob.
    tops: Column<Key>,
    facts: Column<Facts>,
    /// For each node the layer node it was first paired with.
    pairs: Column<u32>,
    /// Pairs beyond the first of a node.
    more_pairs: BTreeSet<(u32, u32)>,
}

/// What a manifest says of a blob.
#[derive(Clone, Copy, Debug)]
struct Facts {
    size: u64,
    media_type: u32,
}

impl Default for Facts {
    fn default() -> Self {
        Self { size: u64::MAX, media_type: NONE }
    }
}

impl Blobs {
    pub(super) fn new() -> Self {
        Self {
            chains: Chains::new(),
            tops: Column::from(vec![Key::default()]),
            facts: Column::from(vec![Facts::default()]),
            pairs: Column::from(vec![NONE]),
            more_pairs: BTreeSet::new(),
        }
    }

    /// The node of a manifest's blobs. `layer_node` is that of the diff_ids
    /// they stand for, or `NONE` where none are known or their number differs.
    pub(super) fn insert(
        &mut self,
        blobs: &[BlobRecord],
        layer_node: u32,
        layers: &Layers,
        texts: &Texts,
    ) -> Result<u32, IndexError> {
        let Self { chains, tops, facts, pairs, .. } = self;
        let node = chains.insert("blob stacks", blobs.iter().map(IntoBytes::as_bytes), |position| {
            let Some(record) = blobs.get(position) else { return Ok(()) };
            tops.push(record.digest);
            facts.push(Facts { size: record.size.get(), media_type: texts.place(record.media_type.get()) });
            pairs.push(NONE);
            Ok(())
        })?;
        if layer_node != NONE {
            self.pair(node, layer_node, layers);
        }
        Ok(node)
    }

    /// Notes that a stack of blobs is a stack of diff_ids, and all its lower
    /// parts are that one's. What was noted before was noted down to the root.
    fn pair(&mut self, mut node: u32, mut layer_node: u32, layers: &Layers) {
        while node != 0 && layer_node != 0 {
            match self.pairs.get(node) {
                NONE => self.pairs.set(node, layer_node),
                known if known == layer_node => return,
                _ if !self.more_pairs.insert((node, layer_node)) => return,
                _ => {}
            }
            node = self.chains.parents.get(node);
            layer_node = layers.below(layer_node);
        }
    }

    /// Layer nodes that a node was paired with.
    fn pairs_of(&self, node: u32) -> impl Iterator<Item = u32> {
        let first = Some(self.pairs.get(node)).filter(|pair| *pair != NONE);
        first.into_iter().chain(self.more_pairs.range((node, 0)..=(node, NONE)).map(|(_, pair)| *pair))
    }

    /// Tells blobs apart, and decides what layer each is compared by. A blob
    /// that nothing, or more than one thing, is known of is compared by its own
    /// digest.
    pub(super) fn learn(self, layers: &Layers) -> Result<Learned, IndexError> {
        let count = id_of("blobs", self.tops.len())?;
        if layers.nodes() >= OTHER as usize {
            return Err(IndexError::TooMany { what: "trie nodes", limit: u64::from(OTHER) - 1 });
        }
        let mut order: Vec<(u64, u32)> = (1..count).map(|node| (start(&self.tops.get(node)), node)).collect();
        order.par_sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| (self.tops.get(a.1), a.1).cmp(&(self.tops.get(b.1), b.1)))
        });
        let mut learned = Learned {
            parents: Column::default(),
            tops: Column::default(),
            of_node: Column::of(0, self.tops.len()),
            blobs: Column::default(),
            others: Vec::new(),
            contradicted: 0,
        };
        for group in order.chunk_by(|a, b| a.0 == b.0 && self.tops.get(a.1) == self.tops.get(b.1)) {
            let id = learned.blobs.next("blobs")?;
            let Some((_, first)) = group.first() else { continue };
            let mut blob = One { node: *first, facts: Facts::default(), layer: NONE, contradicted: false };
            for (_, node) in group {
                learned.of_node.set(*node, id);
                let stated = self.facts.get(*node);
                blob.facts.size = blob.facts.size.min(stated.size);
                blob.facts.media_type = blob.facts.media_type.min(stated.media_type);
                for pair in self.pairs_of(*node) {
                    blob.contradicted |= blob.layer != NONE && layers.top(blob.layer) != layers.top(pair);
                    blob.layer = pair;
                }
            }
            learned.contradicted += usize::from(blob.contradicted);
            if blob.contradicted || blob.layer == NONE {
                blob.layer = OTHER | id_of("blobs", learned.others.len())?;
                learned.others.push(self.tops.get(*first));
            }
            learned.blobs.push(blob);
        }
        learned.parents = self.chains.into_parents();
        learned.tops = self.tops;
        Ok(learned)
    }
}

/// Set in [`One::layer`] for a blob that is compared by its own digest; the
/// rest is its number among those. Nodes and blobs are fewer than that.
const OTHER: u32 = 1 << 31;

/// Blobs in their order, and the layer each is compared by.
#[derive(Debug)]
pub(super) struct Learned {
    parents: Column<u32>,
    tops: Column<Key>,
    /// For each node its topmost blob.
    of_node: Column<u32>,
    blobs: Column<One>,
    /// Blobs that are compared by their own digests, sorted.
    pub(super) others: Vec<Key>,
    /// How many blobs configs contradict each other on.
    pub(super) contradicted: usize,
}

/// One blob.
#[derive(Clone, Copy, Debug, Default)]
struct One {
    /// A node that it is on top of.
    node: u32,
    facts: Facts,
    /// A layer node that has its layer on top, or [`OTHER`].
    layer: u32,
    contradicted: bool,
}

impl Learned {
    /// What the blobs of a node are compared by, bottom first.
    pub(super) fn stack(&self, mut node: u32, layers: &Layers) -> Vec<LayerKey> {
        let mut stack = Vec::new();
        while node != 0 && node != NONE {
            let layer = self.blobs.get(self.of_node.get(node)).layer;
            stack.push(if layer & OTHER != 0 {
                (Kind::Blob, self.others.get((layer & !OTHER) as usize).copied().unwrap_or_default())
            } else {
                layers.top(layer)
            });
            node = self.parents.get(node);
        }
        stack.reverse();
        stack
    }

    /// Writes the blobs. What is left gives each manifest's list.
    pub(super) fn write<W: Target>(self, layers: &Written, out: &mut FileWriter<W>) -> Result<Stacks, IndexError> {
        out.gather(Section::Blobs, self.blobs.len(), |id| {
            let one = self.blobs.get(id);
            Blob {
                digest: self.tops.get(one.node),
                layer: Id::new(match one.layer & OTHER {
                    0 => layers.of_node.get(one.layer),
                    _ => layers.of_other.get(one.layer & !OTHER),
                }),
                size: Long::new(one.facts.size),
                media_type: Id::new(one.facts.media_type),
                flags: Id::new(if one.contradicted { Blob::CONTRADICTED } else { 0 }),
            }
        })?;
        Ok(Stacks { parents: self.parents, of_node: self.of_node, scratch: Vec::new() })
    }
}

/// Stacks of blobs, once the blobs are written.
#[derive(Debug)]
pub(super) struct Stacks {
    parents: Column<u32>,
    of_node: Column<u32>,
    scratch: Vec<Id>,
}

impl Stacks {
    /// Blobs of a node, bottom first.
    pub(super) fn of(&mut self, mut node: u32) -> &[Id] {
        self.scratch.clear();
        while node != 0 && node != NONE {
            self.scratch.push(Id::new(self.of_node.get(node)));
            node = self.parents.get(node);
        }
        self.scratch.reverse();
        &self.scratch
    }
}
