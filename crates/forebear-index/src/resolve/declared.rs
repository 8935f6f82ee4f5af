//! Declared bases beside the answer: agrees, contradicts, not in the index.

use std::collections::HashSet;

use forebear_image::declared::{Declared, Source};

use super::comparable;
use super::naming::{Candidates, images_named, is_indexed};
use super::parent::Parent;
use super::subject::Subject;
use super::verdict::{DeclaredBase, Verdict};
use super::{lineage, materials};
use crate::names::in_full;
use crate::view::View;

/// Compares every declaration with the parent that was found: those that name
/// a base one by one, provenance as the list it is.
pub(super) fn compare(view: &View, subject: Subject<'_>, parent: Option<&Parent>) -> Vec<DeclaredBase> {
    if subject.image.declared.is_empty() {
        return Vec::new();
    }
    let equal = Candidates::of(view, parent.map_or(&[], |parent| &parent.equal));
    let (listed, declared): (Vec<&Declared>, Vec<&Declared>) =
        each_once(&subject.image.declared).into_iter().partition(|declared| declared.source == Source::Provenance);
    let bases: Vec<DeclaredBase> =
        declared.into_iter().map(|declared| judge(view, subject, parent, &equal, declared)).collect();
    let of_materials = materials::judge(view, subject.image.platform.as_ref(), parent, &equal, &listed);
    let materials = listed.into_iter().zip(of_materials).map(|(declared, verdict)| told(declared, verdict));
    bases.into_iter().chain(materials).collect()
}

/// What to make of one declaration that names a base.
fn judge(
    view: &View,
    subject: Subject<'_>,
    parent: Option<&Parent>,
    equal: &Candidates,
    declared: &Declared,
) -> DeclaredBase {
    let agrees = match parent {
        Some(_) => equal.are_named_by(view, declared),
        None => declared.is_scratch(),
    };
    if agrees {
        return told(declared, Verdict::Agrees);
    }
    if parent.is_some_and(|parent| is_inherited(view, parent, declared)) {
        return told(declared, Verdict::Inherited);
    }
    if declared.is_scratch() {
        return told(declared, Verdict::Contradicts);
    }
    // Only what the index knows can be an ancestor, which takes a resolution for
    // each generation to tell.
    if is_indexed(view, declared) {
        if parent.is_some_and(|parent| lineage::leads_to(view, &[declared], parent)) {
            return told(declared, Verdict::Ancestor);
        }
        let named = images_named(view, declared, subject.image.platform.as_ref());
        return match comparable::with_none_of(view, subject.image, &named) {
            Some(named_by) => DeclaredBase { named_by: Some(named_by), ..told(declared, Verdict::NotComparable) },
            None => told(declared, Verdict::Contradicts),
        };
    }
    match declared.local_name() {
        Some(local) => DeclaredBase { same_name: equal.of_name(local), ..told(declared, Verdict::Local) },
        None => told(declared, Verdict::NotIndexed),
    }
}

fn told(declared: &Declared, verdict: Verdict) -> DeclaredBase {
    DeclaredBase { declared: declared.clone(), verdict, named_by: None, same_name: None }
}

/// Whether the parent declares the same in the same place.
fn is_inherited(view: &View, parent: &Parent, declared: &Declared) -> bool {
    let its = parent.equal.iter().flat_map(|image| view.declared_of(*image));
    its.filter_map(|text| serde_json::from_str::<Declared>(text).ok()).any(|its| its == *declared)
}

/// Declarations, each once: copies of one image may spell one name in two ways.
fn each_once(all: &[Declared]) -> Vec<&Declared> {
    let spelt = |declared: &Declared| {
        let full = declared.reference().map(|reference| in_full(&reference));
        (declared.source, full.or_else(|| declared.name.clone()), declared.digest)
    };
    let mut seen = HashSet::new();
    all.iter().filter(|declared| seen.insert(spelt(declared))).collect()
}
