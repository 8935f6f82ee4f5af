//! Blobs, and what each is known to be uncompressed.

use std::collections::HashSet;

use forebear_image::rows::BlobRecord;
use zerocopy::IntoBytes;

use crate::error::IndexError;
use crate::format::records::{Blob, Id, Key, Long};
use crate::format::{FileWriter, NONE, Section, Target};

use super::chains::Chains;
use super::column::Column;
use super::layers::{Keys, Kind, Layers};
use super::texts::Texts;

/// All stacks of blobs while they come in, each beside the stack of diff_ids
/// that its config gives it.
#[derive(Debug)]
pub(super) struct Blobs {
    chains: Chains,
    keys: Keys,
    facts: Column<BlobFacts>,
    /// For each node its topmost blob.
    tops: Column<u32>,
    /// For each node the layer node it was first paired with.
    pairs: Column<u32>,
    /// Pairs beyond the first of a node.
    more_pairs: HashSet<(u32, u32)>,
}

/// What manifests say of a blob: the least, where they differ.
#[derive(Clone, Copy, Debug, Default)]
struct BlobFacts {
    size: u64,
    media_type: u32,
}

impl Blobs {
    pub(super) fn new() -> Self {
        Self {
            chains: Chains::new(),
            keys: Keys::default(),
            facts: Column::default(),
            tops: Column::from(vec![NONE]),
            pairs: Column::from(vec![NONE]),
            more_pairs: HashSet::new(),
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
        let Self { chains, keys, facts, tops, pairs, .. } = self;
        let node = chains.insert("blob stacks", blobs.iter().map(IntoBytes::as_bytes), |position| {
            let Some(record) = blobs.get(position) else { return Ok(()) };
            let said = BlobFacts { size: record.size.get(), media_type: texts.place(record.media_type.get()) };
            let blob = keys.intern("blobs", (Kind::Blob, record.digest))?;
            facts.reach(blob, said);
            if let Some(known) = facts.slot(blob) {
                known.size = known.size.min(said.size);
                known.media_type = known.media_type.min(said.media_type);
            }
            tops.push(blob);
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

    /// Decides what layer each blob is compared by. A blob that nothing, or
    /// more than one thing, is known of is compared by its own digest.
    pub(super) fn learn(self, layers: &mut Layers) -> Result<Learned, IndexError> {
        let Self { chains, keys, facts, tops, pairs, more_pairs } = self;
        let mut layer_of = Column::of(NONE, facts.len());
        let mut contradicted = Column::of(false, facts.len());
        let more = more_pairs.into_iter();
        for (node, layer_node) in pairs.entries().map(|(node, pair)| (node, *pair)).chain(more) {
            if layer_node == NONE {
                continue;
            }
            let (blob, layer) = (tops.get(node), layers.top_id(layer_node));
            match layer_of.get(blob) {
                NONE => layer_of.set(blob, layer),
                known if known == layer => {}
                _ => contradicted.set(blob, true),
            }
        }
        for (blob, key) in keys.keys.entries() {
            if layer_of.get(blob) == NONE || contradicted.get(blob) {
                layer_of.set(blob, layers.intern(*key)?);
            }
        }
        Ok(Learned { parents: chains.into_parents(), tops, keys, facts, layer_of, contradicted })
    }
}

/// Blobs, and the layer each is compared by.
#[derive(Debug)]
pub(super) struct Learned {
    parents: Column<u32>,
    tops: Column<u32>,
    keys: Keys,
    facts: Column<BlobFacts>,
    layer_of: Column<u32>,
    contradicted: Column<bool>,
}

impl Learned {
    /// Blobs of a node, bottom first.
    pub(super) fn stack(&self, mut node: u32) -> Vec<u32> {
        let mut stack = Vec::new();
        while node != 0 && node != NONE {
            stack.push(self.tops.get(node));
            node = self.parents.get(node);
        }
        stack.reverse();
        stack
    }

    /// The layer a blob is compared by, by order of arrival.
    pub(super) fn layer_of(&self, blob: u32) -> u32 {
        self.layer_of.get(blob)
    }

    /// How many blobs configs contradict each other on.
    pub(super) fn contradicted(&self) -> usize {
        self.contradicted.iter().filter(|contradicted| **contradicted).count()
    }

    /// Writes the blobs. What is left gives each manifest's list.
    pub(super) fn write<W: Target>(
        self,
        layer_places: &Column<u32>,
        out: &mut FileWriter<W>,
    ) -> Result<Stacks, IndexError> {
        let (places, order) = self.keys.sorted();
        out.begin(Section::Blobs);
        for id in order {
            let (facts, (_, digest)): (BlobFacts, (Kind, Key)) = (self.facts.get(id), self.keys.keys.get(id));
            let contradicted = self.contradicted.get(id);
            let blob = Blob {
                digest,
                layer: Id::new(layer_places.get(self.layer_of.get(id))),
                size: Long::new(facts.size),
                media_type: Id::new(facts.media_type),
                flags: Id::new(if contradicted { Blob::CONTRADICTED } else { 0 }),
            };
            out.write(blob.as_bytes())?;
        }
        out.end()?;
        Ok(Stacks { parents: self.parents, tops: self.tops, places, scratch: Vec::new() })
    }
}

/// Stacks of blobs, once the blobs are written.
#[derive(Debug)]
pub(super) struct Stacks {
    parents: Column<u32>,
    tops: Column<u32>,
    places: Column<u32>,
    scratch: Vec<Id>,
}

impl Stacks {
    /// Blobs of a node, bottom first.
    pub(super) fn of(&mut self, mut node: u32) -> &[Id] {
        self.scratch.clear();
        while node != 0 && node != NONE {
            self.scratch.push(Id::new(self.places.get(self.tops.get(node))));
            node = self.parents.get(node);
        }
        self.scratch.reverse();
        &self.scratch
    }
}
