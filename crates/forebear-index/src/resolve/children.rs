//! The other way round: every image built on this one.
//!
//! What is stored is each image's ranked parent, inverted; a child counts for
//! every candidate that equals the ranked one. So an image's children are the
//! ranked children of itself, unseen, and those among the ranked children of
//! images with the same layers for which it is an equal candidate.

use rayon::prelude::*;

use crate::ids::{ImageId, NodeId};
use crate::image_set::ImageSet;
use crate::view::View;

use super::candidates::admissible;
use super::parent::best_of_indexed;
use super::path::{self, has_one_path};
use super::subject::{Subject, own_id};

/// This many are compared faster than another thread is woken.
const FEW: usize = 512;

/// Images whose parent this one is, or equals: it holds for every equal
/// candidate, not only the ranked first. Works for images outside the index.
#[must_use]
pub fn children(view: &View, subject: Subject<'_>) -> ImageSet {
    let nodes: Vec<NodeId> = path::walk(view, subject.image).full().collect();
    let mut found = ImageSet::none_of(view.image_count());
    match subject.known {
        Some(id) if view.as_of.is_none() => {
            found.extend(view.stored_children(id));
            let others = nodes.iter().flat_map(|node| view.images_at(*node)).filter(|other| *other != id.0);
            let theirs: Vec<ImageId> = others.flat_map(|other| view.stored_children(ImageId(other))).collect();
            found.extend(those(theirs, |child| is_candidate(view, child, |image| image == id)));
        }
        // The stored parents are today's.
        Some(id) => {
            let holds = |child: ImageId| child != id && view.is_visible(child);
            let built = visible_below(view, &nodes).filter(|child| holds(*child));
            found.extend(built.filter(|child| is_candidate(view, *child, |image| image == id)).collect::<Vec<_>>());
        }
        None => {
            let own = own_id(view, subject);
            let others = visible_below(view, &nodes).filter(|child| Some(*child) != own);
            found.extend(others.filter(|child| is_parent_of(view, subject, *child)).collect::<Vec<_>>());
        }
    }
    found
}

/// Children, their children, and so on. Every image and every trie node is
/// looked at once, or once more for each image that joins at its own node.
#[must_use]
pub fn all_children(view: &View, subject: Subject<'_>) -> ImageSet {
    let mut found = children(view, subject);
    if view.as_of.is_some() {
        close_as_of(view, subject, &mut found);
    } else {
        close(view, &mut found);
    }
    found
}

/// Adds the children of all members, by the stored parents.
fn close(view: &View, found: &mut ImageSet) {
    let mut open: Vec<ImageId> = found.iter().collect();
    let mut nodes = Nodes::new(view);
    loop {
        while let Some(member) = open.pop() {
            open.extend(view.stored_children(member).filter(|child| found.insert(*child)));
            nodes_of(view, member).into_iter().for_each(|node| nodes.insert(node));
        }
        let Some(node) = nodes.pop() else { return };
        // Those for whom a member equals the ranked parent.
        let others = view.images_at(node).map(ImageId).filter(|other| !found.contains(*other));
        let theirs: Vec<ImageId> =
            others.flat_map(|other| view.stored_children(other)).filter(|child| !found.contains(*child)).collect();
        let shared = those(theirs, |child| is_candidate(view, child, |image| found.contains(image)));
        open.extend(shared.into_iter().filter(|child| found.insert(*child)));
    }
}

/// As [`close`], where parents are those of another time: each image's are
/// found once, then followed until nothing is added.
fn close_as_of(view: &View, subject: Subject<'_>, found: &mut ImageSet) {
    let nodes: Vec<NodeId> = if view.meta().contradicted_blobs == 0 {
        path::walk(view, subject.image).full().collect()
    } else {
        vec![NodeId(0)]
    };
    let candidates = |child: ImageId| -> Option<(ImageId, Vec<ImageId>)> {
        Some((child, best_of_indexed(view, child)?.equal.into_iter().map(|(image, _)| image).collect()))
    };
    let mut open: Vec<(ImageId, Vec<ImageId>)> =
        visible_below(view, &nodes).filter(|child| Some(*child) != subject.known).filter_map(candidates).collect();
    loop {
        let before = found.len();
        // In order of ids parents come first, but for some with the same layers.
        open.retain(|(child, candidates)| {
            let joins = candidates.iter().any(|candidate| found.contains(*candidate));
            if joins {
                found.insert(*child);
            }
            !joins
        });
        if found.len() == before {
            return;
        }
    }
}

/// Those of many images that are such, found side by side; of few, without
/// waking other threads.
fn those(images: Vec<ImageId>, wanted: impl Fn(ImageId) -> bool + Sync) -> Vec<ImageId> {
    if images.len() < FEW {
        return images.into_iter().filter(|image| wanted(*image)).collect();
    }
    images.into_par_iter().filter(|image| wanted(*image)).collect()
}

/// Whether one of an image's best candidates is such.
fn is_candidate(view: &View, child: ImageId, wanted: impl Fn(ImageId) -> bool) -> bool {
    best_of_indexed(view, child).is_some_and(|best| best.equal.iter().any(|(image, _)| wanted(*image)))
}

/// Images whose layers begin with those of these nodes, as far as they had
/// been seen.
fn visible_below<'a>(view: &'a View, nodes: &'a [NodeId]) -> impl ParallelIterator<Item = ImageId> + 'a {
    let below = nodes.par_iter().flat_map(|node| view.images_below(*node)).map(ImageId);
    below.filter(|image| view.is_visible(*image))
}

/// The trie nodes of an image's layers: one, unless some of its blobs are
/// claimed to be two things.
fn nodes_of(view: &View, id: ImageId) -> Vec<NodeId> {
    let own = view.image(id).map(|image| image.node());
    if has_one_path(view, id) {
        return own.into_iter().collect();
    }
    view.load(id, None).map(|image| path::walk(view, &image).full().collect()).unwrap_or_default()
}

/// Whether an image outside the index does at least as well as the parent that
/// an image of the index has there.
fn is_parent_of(view: &View, subject: Subject<'_>, child: ImageId) -> bool {
    let node = view.image(child).and_then(|image| view.node(image.node()));
    let layers = node.map_or(0, |node| node.depth as usize);
    let depth = subject.image.layers.len();
    let own = subject.image.step_keys();
    let theirs = view.step_keys_of(child);
    let comparison =
        forebear_image::agreement::compare(own.as_deref(), theirs.as_deref(), layers.saturating_sub(depth));
    let steps = u32::try_from(own.map_or(0, |steps| steps.len())).unwrap_or(u32::MAX);
    admissible(comparison, depth, layers)
        && best_of_indexed(view, child).is_none_or(|best| best.admits(comparison, depth, steps))
}

/// Nodes that wait, lowest first; each a bit.
struct Nodes {
    words: Vec<u64>,
    /// No word before this one has a bit set.
    first: usize,
}

impl Nodes {
    fn new(view: &View) -> Self {
        Self { words: vec![0; view.node_count().div_ceil(64)], first: 0 }
    }

    fn insert(&mut self, node: NodeId) {
        let at = node.0 as usize / 64;
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (node.0 % 64);
            self.first = self.first.min(at);
        }
    }

    fn pop(&mut self) -> Option<NodeId> {
        let words = self.words.get_mut(self.first..)?;
        let (skipped, word) = words.iter_mut().enumerate().find(|(_, word)| **word != 0)?;
        self.first += skipped;
        let bit = word.trailing_zeros();
        *word &= *word - 1;
        u32::try_from(self.first * 64).ok().map(|first| NodeId(first + bit))
    }
}
