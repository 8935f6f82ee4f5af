//! The whole answer.

use super::identical::{Identical, identical};
use super::parent::{Parent, ranked};
use super::shares::{Sharing, sharing};
use super::subject::Subject;
use super::verdict::DeclaredBase;
use super::why_not::{WhyNot, explain};
use super::{candidates, declared, path};
use crate::view::View;

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
pub fn resolve(view: &View, subject: Subject<'_>) -> Resolution {
    let path = path::of(view, subject);
    let parent = candidates::best(view, subject, &path).map(|best| ranked(view, subject, best));
    let depth = parent.as_ref().map_or(0, |parent| parent.layers);
    let sharing = sharing(view, subject, &path, depth);
    let declared = declared::compare(view, subject, parent.as_ref());
    Resolution {
        identical: identical(view, subject, &path),
        parent: parent.ok_or_else(|| explain(view, subject, &path, &sharing, &declared)),
        sharing,
        declared,
    }
}

/// What a table says of an image's ancestry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The parent, or why there is none.
    pub parent: Result<Parent, WhyNot>,
    /// What the image declares of its base, compared with the answer.
    pub declared: Vec<DeclaredBase>,
}

/// As [`resolve`], without the images that are like it, whose search takes longest.
#[must_use]
pub fn judge(view: &View, subject: Subject<'_>) -> Judged {
    let path = path::of(view, subject);
    let parent = candidates::best(view, subject, &path).map(|best| ranked(view, subject, best));
    let declared = declared::compare(view, subject, parent.as_ref());
    let parent = parent.ok_or_else(|| explain(view, subject, &path, &sharing(view, subject, &path, 0), &declared));
    Judged { parent, declared }
}
