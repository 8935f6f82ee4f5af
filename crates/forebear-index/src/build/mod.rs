//! Building an index from facts.
//!
//! Facts come in any order; every table is sorted by content before ids are
//! given out, so the same facts give the same bytes. Layers are sorted as
//! whole stacks, which lays the trie out depth first: all images built on a
//! prefix stand in one contiguous range.

mod attested;
mod collect;
mod columns;
mod history;
mod images;
mod layers;
mod observations;
mod strings;

use std::collections::BTreeMap;
use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use forebear_image::Timestamp;

use crate::error::IndexError;
use crate::format::records::{self, Id};
use crate::format::{NONE, Section, write_file};
use crate::map::Bytes;
use crate::reader::{ImageId, Index};
use crate::resolve;
use crate::source::FactSource;

pub(crate) use layers::node_slot;

/// Sections in the making.
type Sections = BTreeMap<Section, Vec<u8>>;

/// The index's description of itself. Holds nothing that would differ between
/// two complete crawls of one registry state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// How many layer keys are diff_ids.
    pub diff_ids: u32,
    /// Start of the latest run whose observations it holds.
    pub observed_until: Option<Timestamp>,
    /// Blobs on whose diff_id two configs contradict each other; such a pair
    /// is not used.
    pub contradicted_blobs: u32,
    /// Images whose config was not read.
    pub unread_configs: u32,
}

/// Builds an index and returns the bytes of its file.
///
/// # Errors
/// [`IndexError::Source`] when facts cannot be read, [`IndexError::TooMany`]
/// beyond what 32-bit ids can count.
pub fn build(source: &impl FactSource) -> Result<Vec<u8>, IndexError> {
    let collected = collect::collect(source)?;
    let mut sections = columns::assemble(collected)?;
    // The rule that finds parents reads an index, so it is run on this one,
    // complete but for the parents.
    let unfinished = to_bytes(&sections)?;
    let index = Index::from_bytes(Bytes::Memory(unfinished), Path::new("(index being built)"))?;
    fill_parents(&index, &mut sections)?;
    drop(index);
    to_bytes(&sections)
}

fn to_bytes(sections: &Sections) -> Result<Vec<u8>, IndexError> {
    let size: usize = sections.values().map(|bytes| bytes.len() + 64).sum();
    let mut bytes = Vec::with_capacity(size + 4096);
    write_file(&mut bytes, sections)?;
    Ok(bytes)
}

/// Resolves every image's ranked parent, and inverts them into children.
fn fill_parents(index: &Index, sections: &mut Sections) -> Result<(), IndexError> {
    let count = index.image_count();
    let parents: Vec<(u32, u32)> = (0..count)
        .into_par_iter()
        .map(|id| match resolve::parent_of_indexed(index, ImageId(id)) {
            Some((parent, agreement)) => (parent.0, resolve::agreement_code(agreement)),
            None => (NONE, 0),
        })
        .collect();
    let mut children: Vec<(u32, u32)> = (0..)
        .zip(&parents)
        .filter(|(_, (parent, _))| *parent != NONE)
        .map(|(child, (parent, _))| (*parent, child))
        .collect();
    children.par_sort_unstable();
    let mut starts = Vec::with_capacity(parents.len() + 1);
    let mut at = 0;
    for parent in 0..=count {
        while children.get(at).is_some_and(|(p, _)| *p < parent) {
            at += 1;
        }
        starts.push(Id::new(id_of("children", at)?));
    }
    let mut images = index.table::<records::Image>(Section::Images).to_vec();
    for (image, (parent, agreement)) in images.iter_mut().zip(&parents) {
        image.parent = Id::new(*parent);
        image.agreement = Id::new(*agreement);
    }
    columns::put(sections, Section::Images, &images);
    columns::put(sections, Section::ImageChildStarts, &starts);
    let children: Vec<Id> = children.iter().map(|(_, child)| Id::new(*child)).collect();
    columns::put(sections, Section::ImageChildren, &children);
    Ok(())
}

/// A count as an id, or the error that says there are too many.
fn id_of(what: &'static str, count: usize) -> Result<u32, IndexError> {
    let limit = u64::from(NONE) - 1;
    u32::try_from(count).ok().filter(|id| u64::from(*id) <= limit).ok_or(IndexError::TooMany { what, limit })
}

/// An index in memory that holds these images under no name: for tests and
/// for asking about images outside any registry.
///
/// # Errors
/// As [`build`].
pub fn open_in_memory(source: &impl FactSource) -> Result<Index, IndexError> {
    Index::from_bytes(Bytes::Memory(build(source)?), Path::new("(index in memory)"))
}
