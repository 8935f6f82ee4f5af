//! The parent alone.

use forebear_image::agreement::{Agreement, Comparison};

use super::candidates::{self, Best};
use super::path;
use super::rank::{RankedBy, rank};
use super::subject::Subject;
use crate::ids::ImageId;
use crate::view::View;

/// The parent that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    /// The ranked first of the equal candidates.
    pub image: ImageId,
    /// How the histories compare.
    pub comparison: Comparison,
    /// How many of the child's layers are the parent's.
    pub layers: usize,
    /// All equal candidates, ranked, the parent first.
    pub equal: Vec<ImageId>,
    /// What put the first before the second; `None` when there is only one.
    pub ranked_by: Option<RankedBy>,
}

/// The parent alone, for lineage.
#[must_use]
pub fn parent_of(view: &View, subject: Subject<'_>) -> Option<Parent> {
    let path = path::of(view, subject);
    candidates::best(view, subject, &path).map(|best| ranked(view, subject, best))
}

/// The ranked parent of an image of the index: what publishing stores there,
/// found anew.
#[must_use]
pub fn parent_of_indexed(view: &View, id: ImageId) -> Option<(ImageId, Agreement)> {
    let best = best_of_indexed(view, id)?;
    if let [(only, comparison)] = best.equal.as_slice() {
        return Some((*only, comparison.agreement));
    }
    let image = view.load(id, None)?;
    let parent = ranked(view, Subject { image: &image, known: Some(id) }, best);
    Some((parent.image, parent.comparison.agreement))
}

/// The unranked best candidates of an image of the index.
pub(super) fn best_of_indexed(view: &View, id: ImageId) -> Option<Best> {
    let record = view.image_record(id)?;
    if path::has_one_path(view, id) {
        let path = path::ancestors(view, record.node());
        return candidates::best_known(view, id, &path);
    }
    // Blobs that say two things are matched as blobs too, which takes a walk.
    let image = view.load(id, None)?;
    candidates::best_known(view, id, &path::walk(view, &image))
}

pub(super) fn ranked(view: &View, subject: Subject<'_>, best: Best) -> Parent {
    let (ranked, ranked_by) = rank(view, subject, best.equal);
    // `best` never comes without a candidate.
    let nobody = Comparison { agreement: Agreement::Differs, steps: 0, strict: false };
    let (image, comparison) = ranked.first().copied().unwrap_or((ImageId(0), nobody));
    let equal = ranked.into_iter().map(|(image, _)| image).collect();
    Parent { image, comparison, layers: best.depth, equal, ranked_by }
}
