//! Candidates and the best among them.

use std::cmp::Reverse;

use forebear_image::agreement::{Agreement, Comparison};

use crate::ids::{ImageId, NodeId};
use crate::view::View;

use super::compare::{Child, step_count};
use super::path::Path;
use super::subject::{Subject, own_id};

/// The best candidates: equal in class, depth and length of history. Classes
/// of one rank may still differ (`exact` beside `filled`), so each candidate
/// has its own comparison.
#[derive(Clone, Debug)]
pub(super) struct Best {
    pub depth: usize,
    pub equal: Vec<(ImageId, Comparison)>,
    key: Key,
}

/// Order of candidates, best first: class, depth, then history.
///
/// `exact`, `filled` and `above` are one class, so that the deepest of them
/// wins. At one depth `exact` comes first: an image without empty steps (ADD,
/// RUN) fits its base exactly, and by `filled` every metadata-only child of
/// that base as well, whose histories are longer.
type Key = (u8, Reverse<usize>, bool, Reverse<u32>);

fn key(comparison: Comparison, depth: usize, steps: u32) -> Key {
    let agreement = comparison.agreement;
    (agreement.rank(), Reverse(depth), agreement != Agreement::Exact, Reverse(steps))
}

impl Best {
    /// Whether a candidate with this comparison would do at least as well.
    pub(super) fn admits(&self, comparison: Comparison, depth: usize, steps: u32) -> bool {
        key(comparison, depth, steps) <= self.key
    }
}

/// The best candidates of any image.
pub(super) fn best(view: &View, subject: Subject<'_>, path: &Path) -> Option<Best> {
    let child = match subject.known {
        Some(id) => Child::known(view, id),
        None => Child::given(subject.image.history.as_deref()),
    };
    search(view, &child, own_id(view, subject), path)
}

/// The best candidates of an image of the index.
pub(super) fn best_known(view: &View, id: ImageId, path: &Path) -> Option<Best> {
    search(view, &Child::known(view, id), Some(id), path)
}

fn search<'a>(view: &'a View, child: &Child<'a>, own: Option<ImageId>, path: &Path) -> Option<Best> {
    let mut best: Option<Best> = None;
    for (node, depth) in path.nodes.iter().rev() {
        // Nothing shallower can be better than a best-class candidate.
        if best.as_ref().is_some_and(|best| best.key.0 == 0 && best.depth > *depth) {
            return best;
        }
        consider_node(view, child, own, path.layers, (*node, *depth), &mut best);
    }
    if best.as_ref().is_none_or(|best| best.key.0 > 0) {
        // Images without layers.
        consider_node(view, child, own, path.layers, (NodeId(0), 0), &mut best);
    }
    best
}

fn consider_node<'a>(
    view: &'a View,
    child: &Child<'a>,
    own: Option<ImageId>,
    layers: usize,
    (node, depth): (NodeId, usize),
    best: &mut Option<Best>,
) {
    // Images of one node stand in the order of their histories, so equal
    // histories are neighbours and need comparing once, unless they mark their
    // steps differently.
    let mut last: Option<(u32, Comparison)> = None;
    for id in view.images_at(node).map(ImageId) {
        if Some(id) == own || !view.is_visible(id) {
            continue;
        }
        let plain = view.image_record(id).filter(|image| !image.has_own_marks());
        let history = plain.map(|image| image.history.get());
        let comparison = match last {
            Some((same, comparison)) if Some(same) == history => comparison,
            _ => child.compare(view, id, layers.saturating_sub(depth)),
        };
        last = history.map(|history| (history, comparison));
        if admissible(comparison, depth, layers) {
            offer(best, id, comparison, depth, step_count(view, id));
        }
    }
}

/// Whether a candidate of this depth may be the parent of an image with
/// `layers` layers. With the same layers, only a strict history prefix makes a
/// parent; to an image without layers, only the exact history ties anything.
pub(super) fn admissible(comparison: Comparison, depth: usize, layers: usize) -> bool {
    let beyond = depth != layers || (comparison.strict && comparison.agreement.is_history());
    beyond && (depth > 0 || comparison.agreement == Agreement::Exact)
}

fn offer(best: &mut Option<Best>, id: ImageId, comparison: Comparison, depth: usize, steps: u32) {
    let key = key(comparison, depth, steps);
    match best {
        Some(best) if key > best.key => {}
        Some(best) if key == best.key => best.equal.push((id, comparison)),
        _ => *best = Some(Best { depth, equal: vec![(id, comparison)], key }),
    }
}
