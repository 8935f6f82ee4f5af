//! Images that share layers without being an ancestor or a descendant:
//! build-cache siblings, other builds, images squashed from the same parts.

use std::collections::BTreeMap;

use crate::reader::{ImageId, Index, LayerId, NodeId};

use super::Subject;
use super::candidates::own_id;
use super::path::Path;

/// At most this many are listed.
const MAX_LISTED: usize = 20;
/// A layer at more places than this (the empty layer) says nothing about
/// kinship and is not counted.
const MAX_PLACES: usize = 100_000;

/// One image that shares layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sharing {
    /// The image.
    pub image: ImageId,
    /// How many layers both have.
    pub layers: usize,
    /// Whether those are the lowest layers of both, in order.
    pub prefix: bool,
}

/// Images that share more than the lowest `parent_depth` layers, most first.
pub(super) fn sharing(index: &Index, subject: Subject<'_>, path: &Path, parent_depth: usize) -> Vec<Sharing> {
    let mut found = Vec::new();
    let mut listed: BTreeMap<ImageId, ()> = BTreeMap::new();
    // Images at full depth are identical, those beyond are built on this one.
    let below: Vec<_> = path.full().map(|node| index.images_below(node)).collect();
    for (node, depth) in path.nodes.iter().rev().filter(|(_, depth)| *depth > parent_depth) {
        for id in index.images_below(*node).map(ImageId) {
            if found.len() >= MAX_LISTED {
                return found;
            }
            let counts = index.is_visible(id) && !below.iter().any(|range| range.contains(&id.0));
            if counts && listed.insert(id, ()).is_none() {
                found.push(Sharing { image: id, layers: *depth, prefix: true });
            }
        }
    }
    if found.is_empty() && parent_depth == 0 {
        found = scattered(index, subject, path);
    }
    found
}

/// Images that share most layers anywhere in their stacks.
fn scattered(index: &Index, subject: Subject<'_>, path: &Path) -> Vec<Sharing> {
    let mut wanted: BTreeMap<LayerId, usize> = BTreeMap::new();
    for layer in &subject.image.layers {
        let key = layer.diff_id.and_then(|id| index.find_diff_id(id));
        let blob = || LayerId::some(index.find_blob(layer.blob?)?.layer);
        if let Some(key) = key.or_else(blob) {
            *wanted.entry(key).or_default() += 1;
        }
    }
    // Every node with one of the image's layers covers its subtree; the nodes
    // that most subtrees cover share most layers. Sweep over the bounds.
    let mut bounds: Vec<(u32, i32)> = Vec::new();
    for (key, times) in wanted {
        let places = index.nodes_of_layer(key);
        if places.len() > MAX_PLACES {
            continue;
        }
        // A layer that is there again further up counts only as often as the
        // image has it. Places come in depth-first order.
        let mut open: Vec<u32> = Vec::new();
        for node in places.iter().map(|node| NodeId(node.get())) {
            while open.last().is_some_and(|end| *end <= node.0) {
                open.pop();
            }
            let end = index.node(node).map_or(node.0, |record| record.end.get());
            if open.len() < times {
                bounds.extend([(node.0, 1), (end, -1)]);
            }
            open.push(end);
        }
    }
    bounds.sort_unstable();
    let mut cover = 0;
    let mut best: BTreeMap<(std::cmp::Reverse<i32>, u32), ()> = BTreeMap::new();
    for (node, change) in bounds {
        cover += change;
        if change > 0 {
            best.insert((std::cmp::Reverse(cover), node), ());
            if best.len() > MAX_LISTED {
                best.pop_last();
            }
        }
    }
    let below: Vec<_> = path.full().map(|node| index.images_below(node)).collect();
    let own = own_id(index, subject);
    let mut found: Vec<Sharing> = Vec::new();
    for ((cover, node), ()) in best {
        let layers = usize::try_from(cover.0).unwrap_or(0);
        for id in index.images_below(NodeId(node)).map(ImageId) {
            let skip = Some(id) == own || !index.is_visible(id) || below.iter().any(|range| range.contains(&id.0));
            if !skip && !found.iter().any(|sharing| sharing.image == id) {
                found.push(Sharing { image: id, layers, prefix: false });
            }
            if found.len() >= MAX_LISTED {
                return found;
            }
        }
    }
    found
}
