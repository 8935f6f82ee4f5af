//! Every image's ranked parent, and every parent's children.

use rayon::prelude::*;

use crate::error::IndexError;
use crate::format::records::{Id, Parent};
use crate::format::{FileWriter, NONE, Section, Target, agreement_code};
use crate::ids::ImageId;
use crate::resolve;
use crate::view::View;

use super::column::Column;

/// Resolves every image of an index that is complete but for this, and writes
/// the answers.
pub(super) fn write<W: Target>(view: &View, out: &mut FileWriter<W>) -> Result<(), IndexError> {
    let parent = |id| match resolve::parent_of_indexed(view, ImageId(id)) {
        Some((parent, agreement)) => Parent { image: Id::new(parent.0), agreement: agreement_code(agreement) },
        None => Parent { image: Id::new(NONE), agreement: Id::new(0) },
    };
    let parents: Vec<Parent> = (0..view.image_count()).into_par_iter().map(parent).collect();
    out.table(Section::Parents, &parents)?;
    let mut starts = Column::of(0_u32, parents.len() + 2);
    for parent in &parents {
        if let Some(family) = starts.slot(parent.image.get().saturating_add(2)).filter(|_| parent.image.get() != NONE) {
            *family += 1;
        }
    }
    let mut at = 0;
    for start in starts.iter_mut() {
        at += *start;
        *start = at;
    }
    let mut children = vec![Id::new(0); at as usize];
    for (child, parent) in (0..).zip(&parents) {
        let next = starts.slot(parent.image.get().saturating_add(1)).filter(|_| parent.image.get() != NONE);
        if let Some(next) = next {
            if let Some(slot) = children.get_mut(*next as usize) {
                *slot = Id::new(child);
            }
            *next += 1;
        }
    }
    let starts: Vec<Id> = starts.iter().take(parents.len() + 1).map(|start| Id::new(*start)).collect();
    out.table(Section::ImageChildStarts, &starts)?;
    out.table(Section::ImageChildren, &children)?;
    Ok(())
}
