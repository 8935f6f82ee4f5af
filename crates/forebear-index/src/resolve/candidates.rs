//! Candidates and the best among them.

use std::cmp::Reverse;

use forebear_image::agreement::{Agreement, Comparison};

use crate::reader::{ImageId, Index, NodeId};

use super::Subject;
use super::compare::{Child, step_count};
use super::path::Path;

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
pub(super) fn best(index: &Index, subject: Subject<'_>, path: &Path) -> Option<Best> {
    let child = match subject.known {
        Some(id) => Child::known(index, id),
        None => Child::given(subject.image.history.as_deref()),
    };
    search(index, &child, own_id(index, subject), path)
}

/// The best candidates of an image of the index.
pub(super) fn best_known(index: &Index, id: ImageId, path: &Path) -> Option<Best> {
    search(index, &Child::known(index, id), Some(id), path)
}

fn search<'a>(index: &'a Index, child: &Child<'a>, own: Option<ImageId>, path: &Path) -> Option<Best> {
    let mut best: Option<Best> = None;
    for (node, depth) in path.nodes.iter().rev() {
        // Nothing shallower can be better than a best-class candidate.
        if best.as_ref().is_some_and(|best| best.key.0 == 0 && best.depth > *depth) {
            return best;
        }
        consider_node(index, child, own, path.layers, (*node, *depth), &mut best);
    }
    if best.as_ref().is_none_or(|best| best.key.0 > 0) {
        // Images without layers.
        consider_node(index, child, own, path.layers, (NodeId(0), 0), &mut best);
    }
    best
}

fn consider_node<'a>(
    index: &'a Index,
    child: &Child<'a>,
    own: Option<ImageId>,
    layers: usize,
    (node, depth): (NodeId, usize),
    best: &mut Option<Best>,
) {
    // Images of one node stand in the order of their histories, so equal
    // histories are neighbours and need comparing once.
    let mut last: Option<(u32, Comparison)> = None;
    for id in index.images_at(node).map(ImageId) {
        if Some(id) == own || !index.is_visible(id) {
            continue;
        }
        let history = index.image(id).map(|image| image.history.get());
        let comparison = match last {
            Some((same, comparison)) if Some(same) == history => comparison,
            _ => child.compare(index, id, layers.saturating_sub(depth)),
        };
        last = history.map(|history| (history, comparison));
        if admissible(comparison, depth, layers) {
            offer(best, id, comparison, depth, step_count(index, id));
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

/// The image asked about itself, if the index holds it: by its identity, or
/// by its manifest, whose config the index may not have read, or the asker.
pub(super) fn own_id(index: &Index, subject: Subject<'_>) -> Option<ImageId> {
    let by_identity = || index.find_image(&subject.image.identity?);
    let by_manifest = || {
        let manifest = index.find_manifest(subject.image.manifest_digest?)?;
        ImageId::some(index.manifest(manifest)?.image)
    };
    subject.known.or_else(by_identity).or_else(by_manifest)
}
