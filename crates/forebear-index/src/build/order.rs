//! Laying a trie out depth first.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::column::Column;

/// Families larger than this are sorted on all cores.
const LARGE: usize = 1 << 14;

/// Where each node of a trie goes when it is laid out depth first.
#[derive(Debug)]
pub(super) struct Order {
    /// For each node its place.
    pub places: Column<u32>,
    /// For each node how many there are in its subtree, itself included.
    pub sizes: Column<u32>,
}

/// Lays out a trie given by its nodes' parents, which have smaller ids. Nodes
/// with one parent stand in the order of `compare`.
pub(super) fn depth_first(parents: &Column<u32>, compare: impl Fn(u32, u32) -> Ordering + Sync) -> Order {
    let count = parents.len();
    let mut sizes = Column::of(1_u32, count);
    // Where each node's children begin, moved on as they are put in.
    let mut starts = Column::of(0_u32, count + 1);
    for id in (1..count).rev().filter_map(|id| u32::try_from(id).ok()) {
        let (parent, own) = (parents.get(id), sizes.get(id));
        if let Some(size) = sizes.slot(parent) {
            *size += own;
        }
        if let Some(start) = starts.slot(parent) {
            *start += 1;
        }
    }
    let mut at = 0;
    for start in starts.iter_mut() {
        let family = *start;
        *start = at;
        at += family;
    }
    let mut children = Column::of(0_u32, count.saturating_sub(1));
    for (id, parent) in parents.entries().skip(1) {
        if let Some(start) = starts.slot(*parent) {
            let place = *start;
            *start += 1;
            children.set(place, id);
        }
    }
    let mut places = Column::of(0_u32, count);
    let mut end = 0;
    for (id, past) in starts.entries().take(count) {
        let family = children.get_mut(end..*past as usize).unwrap_or_default();
        end = *past as usize;
        if family.len() > LARGE {
            family.par_sort_unstable_by(|a, b| compare(*a, *b));
        } else if family.len() > 1 {
            family.sort_unstable_by(|a, b| compare(*a, *b));
        }
        let mut next = places.get(id) + 1;
        for child in family {
            places.set(*child, next);
            next += sizes.get(*child);
        }
    }
    Order { places, sizes }
}
