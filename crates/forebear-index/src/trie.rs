//! The layer trie: nodes, the images that end at them, the ways on.

use std::ops::Range;

use crate::format::records::{self, Id};
use crate::format::{Section, some};
use crate::ids::{LayerId, NodeId};
use crate::look_up::node_slot;
use crate::view::View;

/// Nodes that are climbed in search of an answer that a look-up gives too.
const MAX_CLIMB: usize = 32;

/// A node of the layer trie: one ordered prefix of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// The prefix one layer shorter; `None` for the root.
    pub parent: Option<NodeId>,
    /// The topmost layer; `None` for the root.
    pub layer: Option<LayerId>,
    /// How many layers it has.
    pub depth: u32,
}

impl View {
    /// How many records the table of trie nodes has.
    pub(crate) fn node_count(&self) -> usize {
        self.table::<records::Node>(Section::Nodes).len()
    }

    /// A node of the layer trie; 0 is the root.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<NodeView> {
        let record = self.node_record(id)?;
        let (parent, layer) = (some(record.parent).map(NodeId), some(record.layer).map(LayerId));
        Some(NodeView { parent, layer, depth: record.depth.get() })
    }

    pub(crate) fn node_record(&self, id: NodeId) -> Option<&records::Node> {
        self.at(Section::Nodes, id.0)
    }

    /// Images whose layers are exactly this node's, as a range of ids.
    pub(crate) fn images_at(&self, id: NodeId) -> Range<u32> {
        self.image_range(id, NodeId(id.0.saturating_add(1)))
    }

    /// Images whose layers begin with this node's, as a range of ids.
    pub(crate) fn images_below(&self, id: NodeId) -> Range<u32> {
        let end = self.node_record(id).map_or(id.0, |node| node.end.get());
        self.image_range(id, NodeId(end))
    }

    fn image_range(&self, from: NodeId, to: NodeId) -> Range<u32> {
        let count = self.image_count();
        let bound = |id| self.node_record(id).map_or(count, |node| node.first_image.get().min(count));
        let start = bound(from);
        start..bound(to).max(start)
    }

    /// The node one layer above `parent` for this layer.
    pub(crate) fn child_node(&self, parent: NodeId, layer: LayerId) -> Option<NodeId> {
        let table = self.table::<Id>(Section::NodeTable);
        let slots = table.len();
        let mut slot = node_slot(parent.0, layer.0, slots)?;
        for _ in 0..slots {
            let node = some(*table.get(slot)?).map(NodeId)?;
            let record = self.node_record(node)?;
            if record.parent.get() == parent.0 && record.layer.get() == layer.0 {
                return Some(node);
            }
            slot = (slot + 1) % slots;
        }
        None
    }

    /// Whether some node right above this one may have a blob's digest as its
    /// layer: the last of them would, as these come after all diff_ids. Looks
    /// for that one from the top of its subtree, and not far.
    pub(crate) fn has_blob_child(&self, id: NodeId) -> bool {
        let Some(node) = self.node_record(id) else { return false };
        let mut at = NodeId(node.end.get().saturating_sub(1));
        for _ in 0..MAX_CLIMB {
            let Some(record) = self.node_record(at).filter(|_| at > id) else { return false };
            if record.parent.get() == id.0 {
                return record.layer.get() >= self.diff_id_count();
            }
            let Some(parent) = some(record.parent).map(NodeId).filter(|parent| *parent < at) else { return false };
            at = parent;
        }
        true
    }

    /// Nodes whose topmost layer is this one.
    pub(crate) fn nodes_of_layer(&self, layer: LayerId) -> impl ExactSizeIterator<Item = NodeId> {
        let start = |id: u32| self.at::<Id>(Section::LayerNodeStarts, id).copied();
        let nodes = self.list(Section::LayerNodes, start(layer.0), start(layer.0.saturating_add(1)));
        nodes.iter().map(|node| NodeId(node.get()))
    }

    /// The layers of a node, bottom first.
    #[must_use]
    pub fn layers_of(&self, node: NodeId) -> Vec<LayerId> {
        let mut layers = Vec::new();
        let mut at = node;
        // A parent always has a smaller id, so this ends in a damaged file too.
        while let Some(record) = self.node_record(at) {
            let (Some(layer), Some(parent)) = (some(record.layer).map(LayerId), some(record.parent).map(NodeId)) else {
                break;
            };
            layers.push(layer);
            if parent.0 >= at.0 {
                break;
            }
            at = parent;
        }
        layers.reverse();
        layers
    }

    /// How many of the layer keys are diff_ids; the rest are blob digests.
    #[must_use]
    pub fn diff_id_count(&self) -> u32 {
        self.meta().diff_ids
    }
}
