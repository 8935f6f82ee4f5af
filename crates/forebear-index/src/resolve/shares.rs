//! Images that share layers without being an ancestor or a descendant:
//! build-cache siblings, other builds, images squashed from the same parts.

use std::collections::{BTreeMap, BinaryHeap};

use forebear_image::{Image, Layer};

use crate::ids::{ImageId, LayerId, NodeId};
use crate::view::View;

use super::path::Path;
use super::subject::{Subject, own_id};

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
pub(super) fn sharing(view: &View, subject: Subject<'_>, path: &Path, parent_depth: usize) -> Vec<Sharing> {
    let mut found = Vec::new();
    let mut listed: BTreeMap<ImageId, ()> = BTreeMap::new();
    // Images at full depth are identical, those beyond are built on this one.
    let below: Vec<_> = path.full().map(|node| view.images_below(node)).collect();
    for (node, depth) in path.nodes.iter().rev().filter(|(_, depth)| *depth > parent_depth) {
        for id in view.images_below(*node).map(ImageId) {
            if found.len() >= MAX_LISTED {
                return found;
            }
            let counts = view.is_visible(id) && !below.iter().any(|range| range.contains(&id.0));
            if counts && listed.insert(id, ()).is_none() {
                found.push(Sharing { image: id, layers: *depth, prefix: true });
            }
        }
    }
    if found.is_empty() && parent_depth == 0 {
        found = scattered(view, subject, path);
    }
    found
}

/// What an image's layers are known by.
fn keys<'a>(view: &'a View, image: &'a Image) -> impl Iterator<Item = LayerId> + 'a {
    let key = |layer: &Layer| {
        let known = layer.diff_id.and_then(|id| view.find_diff_id(id));
        known.or_else(|| view.key_of_blob(layer.blob?))
    };
    image.layers.iter().filter_map(key)
}

/// Whether one of an image's layers is at too many places to be counted as shared.
pub(super) fn has_layer_of_many(view: &View, image: &Image) -> bool {
    keys(view, image).any(|key| view.nodes_of_layer(key).len() > MAX_PLACES)
}

/// Images that share most layers anywhere in their stacks.
fn scattered(view: &View, subject: Subject<'_>, path: &Path) -> Vec<Sharing> {
    let mut wanted: BTreeMap<LayerId, usize> = BTreeMap::new();
    for key in keys(view, subject.image) {
        *wanted.entry(key).or_default() += 1;
    }
    // Every node with one of the image's layers covers its subtree; the nodes
    // that most subtrees cover share most layers. Sweep over the bounds.
    let mut bounds: Vec<(u32, i32)> = Vec::new();
    for (key, times) in wanted {
        let places = view.nodes_of_layer(key);
        if places.len() > MAX_PLACES {
            continue;
        }
        // A layer that is there again further up counts only as often as the
        // image has it. Places come in depth-first order.
        let mut open: Vec<u32> = Vec::new();
        for node in places {
            while open.last().is_some_and(|end| *end <= node.0) {
                open.pop();
            }
            let end = view.node_record(node).map_or(node.0, |record| record.end.get());
            if open.len() < times {
                bounds.extend([(node.0, 1), (end, -1)]);
            }
            open.push(end);
        }
    }
    bounds.sort_unstable();
    let mut cover = 0;
    let mut covered = BinaryHeap::new();
    for (node, change) in bounds {
        cover += change;
        if change > 0 {
            covered.push((cover, std::cmp::Reverse(node)));
        }
    }
    // The image itself and those built on it share everything; they are not
    // listed, and must not keep the others out either.
    let mut done = Ranges::default();
    path.full().for_each(|node| done.insert(view.images_below(node)));
    own_id(view, subject).into_iter().for_each(|own| done.insert(own.0..own.0.saturating_add(1)));
    let mut found: Vec<Sharing> = Vec::new();
    while let Some((cover, std::cmp::Reverse(node))) = covered.pop() {
        let layers = usize::try_from(cover).unwrap_or(0);
        let range = view.images_below(NodeId(node));
        let mut next = done.skip(range.start);
        while next < range.end {
            let image = ImageId(next);
            if view.is_visible(image) {
                found.push(Sharing { image, layers, prefix: false });
            }
            if found.len() >= MAX_LISTED {
                return found;
            }
            next = done.skip(next.saturating_add(1));
        }
        done.insert(range);
    }
    found
}

/// Ranges of images that are dealt with. Those of nodes lie within one
/// another or apart, so a deeper node's are jumped over in one step.
#[derive(Default)]
struct Ranges(BTreeMap<u32, u32>);

impl Ranges {
    /// The first image from `id` on that is in none of them.
    fn skip(&self, id: u32) -> u32 {
        let mut id = id;
        while let Some((_, end)) = self.0.range(..=id).next_back().filter(|(_, end)| **end > id) {
            id = *end;
        }
        id
    }

    fn insert(&mut self, range: std::ops::Range<u32>) {
        if self.skip(range.start) >= range.end {
            return;
        }
        let within: Vec<u32> = self.0.range(range.clone()).map(|(start, _)| *start).collect();
        for start in within {
            self.0.remove(&start);
        }
        self.0.insert(range.start, range.end);
    }
}
