//! Rows whose texts have other numbers elsewhere.
//!
//! Which columns are numbers of texts stands in the records; this is the one
//! place that goes through them all.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::key::{Key, NONE};
use super::records::{BlobRecord, ChildRecord, ClaimRecord, ConfigHead, ManifestHead, StepRecord};
use super::view::count;

/// Gives the texts that a config's row refers to other numbers. "None" stays
/// "none".
///
/// `None` for bytes that are no row, and where `other` knows no number for a
/// text; the row is then half done and of no use.
#[must_use]
pub fn renumber_config(row: &mut [u8], other: impl Fn(u32) -> Option<u32>) -> Option<()> {
    let (head, rest) = ConfigHead::mut_from_prefix(row).ok()?;
    let (_, rest) = <[Key]>::mut_from_prefix_with_elems(rest, count(head.diff_ids)?).ok()?;
    let steps = if head.steps.get() == NONE { 0 } else { count(head.steps)? };
    let (steps, rest) = <[StepRecord]>::mut_from_prefix_with_elems(rest, steps).ok()?;
    let (declared, rest) = <[U32]>::mut_from_prefix_with_elems(rest, count(head.declared)?).ok()?;
    renumber(&mut head.platform, &other)?;
    renumber(&mut head.runtime, &other)?;
    for step in steps {
        renumber(&mut step.text, &other)?;
        renumber(&mut step.comment, &other)?;
    }
    declared.iter_mut().try_for_each(|text| renumber(text, &other))?;
    rest.is_empty().then_some(())
}

/// As [`renumber_config`], of a manifest's row.
#[must_use]
pub fn renumber_manifest(row: &mut [u8], other: impl Fn(u32) -> Option<u32>) -> Option<()> {
    let (head, rest) = ManifestHead::mut_from_prefix(row).ok()?;
    let (blobs, rest) = <[BlobRecord]>::mut_from_prefix_with_elems(rest, count(head.blobs)?).ok()?;
    let (children, rest) = <[ChildRecord]>::mut_from_prefix_with_elems(rest, count(head.children)?).ok()?;
    let (_, rest) = <[ClaimRecord]>::mut_from_prefix_with_elems(rest, count(head.claims)?).ok()?;
    let (materials, rest) = <[U32]>::mut_from_prefix_with_elems(rest, count(head.materials)?).ok()?;
    renumber(&mut head.media_type, &other)?;
    renumber(&mut head.declared, &other)?;
    blobs.iter_mut().try_for_each(|blob| renumber(&mut blob.media_type, &other))?;
    for child in children {
        renumber(&mut child.platform, &other)?;
        renumber(&mut child.declared, &other)?;
        renumber(&mut child.artifact, &other)?;
    }
    materials.iter_mut().try_for_each(|text| renumber(text, &other))?;
    rest.is_empty().then_some(())
}

#[inline]
fn renumber(column: &mut U32, other: &impl Fn(u32) -> Option<u32>) -> Option<()> {
    if column.get() != NONE {
        *column = U32::new(other(column.get())?);
    }
    Some(())
}
