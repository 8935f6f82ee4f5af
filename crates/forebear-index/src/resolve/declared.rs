//! Declared bases beside the answer: agrees, contradicts, not in the index.

use forebear_image::declared::{Declared, Source};

use super::materials;
use super::naming::{Candidates, is_indexed};
use super::parent::Parent;
use super::subject::Subject;
use super::verdict::{DeclaredBase, Verdict};
use crate::view::View;

/// Compares every declaration with the parent that was found: those that name
/// a base one by one, provenance as the list it is.
pub(super) fn compare(view: &View, subject: Subject<'_>, parent: Option<&Parent>) -> Vec<DeclaredBase> {
    let equal = Candidates::of(view, parent.map_or(&[], |parent| &parent.equal));
    let one = |declared: &Declared| {
        let agrees = match parent {
            Some(_) => equal.are_named_by(view, declared),
            None => declared.is_scratch(),
        };
        if agrees {
            Verdict::Agrees
        } else if declared.is_scratch() || is_indexed(view, declared) {
            Verdict::Contradicts
        } else {
            Verdict::NotIndexed
        }
    };
    let (listed, declared): (Vec<&Declared>, Vec<&Declared>) =
        subject.image.declared.iter().partition(|declared| declared.source == Source::Provenance);
    let verdicts: Vec<Verdict> = declared.iter().map(|declared| one(declared)).collect();
    let of_materials = materials::judge(view, subject.image.platform.as_ref(), parent, &equal, &listed);
    let all = declared.into_iter().zip(verdicts).chain(listed.into_iter().zip(of_materials));
    all.map(|(declared, verdict)| DeclaredBase { declared: declared.clone(), verdict }).collect()
}
