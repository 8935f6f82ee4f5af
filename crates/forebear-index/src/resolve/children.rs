//! The other way round: every image built on this one.

use std::collections::{BTreeSet, VecDeque};

use rayon::prelude::*;

use crate::reader::{ImageId, Index};

use super::candidates::{admissible, own_id};
use super::{Subject, best_of_indexed, path};

/// Images whose parent this one is, or equals: it holds for every equal
/// candidate, not only the ranked first. Works for images outside the index.
#[must_use]
pub fn children(index: &Index, subject: Subject<'_>) -> Vec<ImageId> {
    let own_path = path::walk(index, subject.image);
    let mut found: Vec<ImageId> = match subject.known {
        // The stored parents are today's.
        Some(id) if index.as_of.is_some() => {
            let below: Vec<u32> = own_path.full().flat_map(|node| index.images_below(node)).collect();
            let visible = below.into_par_iter().map(ImageId).filter(|child| *child != id && index.is_visible(*child));
            visible.filter(|child| best_of_indexed(index, *child).is_some_and(|best| best.holds(id))).collect()
        }
        Some(id) => own_path
            .full()
            .flat_map(|node| index.images_at(node))
            .flat_map(|equal| index.ranked_children(ImageId(equal)))
            .map(|child| ImageId(child.get()))
            .filter(|child| best_of_indexed(index, *child).is_some_and(|best| best.holds(id)))
            .collect(),
        None => {
            let below: Vec<u32> = own_path.full().flat_map(|node| index.images_below(node)).collect();
            let own = own_id(index, subject);
            let others = below.into_par_iter().map(ImageId).filter(|id| Some(*id) != own && index.is_visible(*id));
            others.filter(|id| is_parent_of(index, subject, *id)).collect()
        }
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an image outside the index does at least as well as the parent that
/// an image of the index has there.
fn is_parent_of(index: &Index, subject: Subject<'_>, child: ImageId) -> bool {
    let layers = index.image(child).map_or(0, |record| {
        index.node(crate::reader::NodeId(record.node.get())).map_or(0, |node| node.depth.get() as usize)
    });
    let depth = subject.image.layers.len();
    let history = index.history_of(child);
    let own = subject.image.step_keys();
    let theirs: Option<Vec<_>> = history.as_ref().map(|h| h.iter().map(Into::into).collect());
    let comparison =
        forebear_image::agreement::compare(own.as_deref(), theirs.as_deref(), layers.saturating_sub(depth));
    let steps = u32::try_from(own.map_or(0, |steps| steps.len())).unwrap_or(u32::MAX);
    admissible(comparison, depth, layers)
        && best_of_indexed(index, child).is_none_or(|best| best.admits(comparison, depth, steps))
}

/// Children, their children, and so on.
#[must_use]
pub fn all_children(index: &Index, subject: Subject<'_>) -> Vec<ImageId> {
    let mut found: BTreeSet<ImageId> = children(index, subject).into_iter().collect();
    let mut open: VecDeque<ImageId> = found.iter().copied().collect();
    while let Some(id) = open.pop_front() {
        let Some(image) = index.load(id, None) else { continue };
        for child in children(index, Subject { image: &image, known: Some(id) }) {
            if found.insert(child) {
                open.push_back(child);
            }
        }
    }
    found.into_iter().collect()
}
