//! The rule: which known image is the parent of this one, and why.
//!
//! Walk the image's layers through the trie and collect every known image
//! whose layers are a prefix, unknown prefixes notwithstanding. The answer is
//! the deepest candidate of the best class of history agreement; at one depth
//! the longest history. A deeper image whose history does not agree is a
//! build-cache sibling or another build, and is listed as such.

mod candidates;
mod children;
mod compare;
mod declared;
mod identical;
mod materials;
mod path;
mod rank;
mod recompressed;
mod shares;
mod why_not;

use forebear_image::Image;
use forebear_image::agreement::{Agreement, Comparison};

use crate::format::records::Blob;
use crate::reader::{ImageId, Index, ManifestId, NodeId};

pub use children::{all_children, children};
pub use declared::{DeclaredBase, Verdict};
pub use identical::{Identical, Relation};
pub use rank::RankedBy;
pub use recompressed::recompressed;
pub use shares::Sharing;
pub use why_not::{Reason, WhyNot};

use candidates::Best;

/// An image that is asked about: its facts, and its place in the index if it
/// is known there.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What is known of it.
    pub image: &'a Image,
    /// Its id, when the index holds it.
    pub known: Option<ImageId>,
}

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

/// Everything the index can say about an image's ancestry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// The parent, or why there is none.
    pub parent: Result<Parent, WhyNot>,
    /// Images with the same layers that are neither above nor below it.
    pub identical: Vec<Identical>,
    /// Images that share more layers than the parent has, but are not it.
    pub sharing: Vec<Sharing>,
    /// What the image declares of its base, compared with the answer.
    pub declared: Vec<DeclaredBase>,
}

/// Resolves an image by the rule, with all that belongs to the answer.
#[must_use]
pub fn resolve(index: &Index, subject: Subject<'_>) -> Resolution {
    let path = path::of(index, subject);
    let parent = candidates::best(index, subject, &path).map(|best| ranked(index, subject, best));
    let depth = parent.as_ref().map_or(0, |parent| parent.layers);
    let sharing = shares::sharing(index, subject, &path, depth);
    Resolution {
        declared: declared::compare(index, subject, parent.as_ref()),
        identical: identical::identical(index, subject, &path),
        parent: parent.ok_or_else(|| why_not::explain(index, subject, &path, &sharing)),
        sharing,
    }
}

/// The parent alone, for lineage.
#[must_use]
pub fn parent_of(index: &Index, subject: Subject<'_>) -> Option<Parent> {
    let path = path::of(index, subject);
    candidates::best(index, subject, &path).map(|best| ranked(index, subject, best))
}

/// The ranked parent of an image of the index: what publishing stores there,
/// found anew.
#[must_use]
pub fn parent_of_indexed(index: &Index, id: ImageId) -> Option<(ImageId, Agreement)> {
    let best = best_of_indexed(index, id)?;
    if let [(only, comparison)] = best.equal.as_slice() {
        return Some((*only, comparison.agreement));
    }
    let image = index.load(id, None)?;
    let parent = ranked(index, Subject { image: &image, known: Some(id) }, best);
    Some((parent.image, parent.comparison.agreement))
}

/// The unranked best candidates of an image of the index.
fn best_of_indexed(index: &Index, id: ImageId) -> Option<Best> {
    let record = index.image(id)?;
    if has_one_path(index, id) {
        let path = path::ancestors(index, NodeId(record.node.get()));
        return candidates::best_known(index, id, &path);
    }
    // Blobs that say two things are matched as blobs too, which takes a walk.
    let image = index.load(id, None)?;
    candidates::best_known(index, id, &path::walk(index, &image))
}

/// Whether an image of the index lies at one place of the trie only: none of
/// the blobs it is loaded with is claimed to be two things.
fn has_one_path(index: &Index, id: ImageId) -> bool {
    let contradicted = |blob: &Blob| blob.flags.get() & Blob::CONTRADICTED != 0;
    let first = || index.manifests_of(id).first().and_then(|manifest| ManifestId::some(*manifest));
    index.meta().contradicted_blobs == 0
        || !first().is_some_and(|manifest| index.manifest_blobs(manifest).into_iter().any(contradicted))
}

fn ranked(index: &Index, subject: Subject<'_>, best: Best) -> Parent {
    let (ranked, ranked_by) = rank::rank(index, subject, best.equal);
    // `best` never comes without a candidate.
    let nobody = Comparison { agreement: Agreement::Differs, steps: 0, strict: false };
    let (image, comparison) = ranked.first().copied().unwrap_or((ImageId(0), nobody));
    let equal = ranked.into_iter().map(|(image, _)| image).collect();
    Parent { image, comparison, layers: best.depth, equal, ranked_by }
}

/// Classes of agreement by the number that stands for each in the file.
const CLASSES: [Agreement; 6] =
    [Agreement::Exact, Agreement::Filled, Agreement::Above, Agreement::Text, Agreement::Unread, Agreement::Differs];

/// The number that stands for a class in the file.
pub(crate) fn agreement_code(agreement: Agreement) -> u32 {
    (0..).zip(CLASSES).find(|(_, class)| *class == agreement).map_or(0, |(code, _)| code)
}

/// The class that a number in the file stands for.
pub(crate) fn agreement_of(code: u32) -> Agreement {
    CLASSES.get(code as usize).copied().unwrap_or(Agreement::Differs)
}
