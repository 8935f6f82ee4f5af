//! Rows as they are read: slices of the bytes they lie in.

use zerocopy::FromBytes;
use zerocopy::little_endian::U32;

use super::key::{Key, NONE};
use super::records::{BlobRecord, ChildRecord, ClaimRecord, ConfigHead, ManifestHead, StepRecord};

/// What a config says.
#[derive(Clone, Copy, Debug)]
pub struct ConfigRow<'a> {
    /// Fixed part.
    pub head: &'a ConfigHead,
    /// Uncompressed layers, bottom first.
    pub diff_ids: &'a [Key],
    /// History without trailing synthetic entries; empty where it could not be
    /// read.
    pub steps: &'a [StepRecord],
    /// Bases it declares, text numbers.
    pub declared: &'a [U32],
}

/// What a manifest says.
#[derive(Clone, Copy, Debug)]
pub struct ManifestRow<'a> {
    /// Fixed part.
    pub head: &'a ManifestHead,
    /// Layers, bottom first.
    pub blobs: &'a [BlobRecord],
    /// Entries of an index.
    pub children: &'a [ChildRecord],
    /// What an index, or an attestation, says that attestations are about.
    pub claims: &'a [ClaimRecord],
    /// Images that the build read by an attestation, text numbers.
    pub materials: &'a [U32],
}

impl<'a> ConfigRow<'a> {
    /// Reads a row; `None` for bytes that are none.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = ConfigHead::ref_from_prefix(bytes).ok()?;
        let (diff_ids, rest) = <[Key]>::ref_from_prefix_with_elems(rest, count(head.diff_ids)?).ok()?;
        let steps = if head.steps.get() == NONE { 0 } else { count(head.steps)? };
        let (steps, rest) = <[StepRecord]>::ref_from_prefix_with_elems(rest, steps).ok()?;
        let (declared, rest) = <[U32]>::ref_from_prefix_with_elems(rest, count(head.declared)?).ok()?;
        rest.is_empty().then_some(Self { head, diff_ids, steps, declared })
    }

    /// Whether there is no history that could not be read.
    #[must_use]
    pub fn is_history_read(&self) -> bool {
        self.head.steps.get() != NONE
    }
}

impl<'a> ManifestRow<'a> {
    /// Reads a row; `None` for bytes that are none.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = ManifestHead::ref_from_prefix(bytes).ok()?;
        let (blobs, rest) = <[BlobRecord]>::ref_from_prefix_with_elems(rest, count(head.blobs)?).ok()?;
        let (children, rest) = <[ChildRecord]>::ref_from_prefix_with_elems(rest, count(head.children)?).ok()?;
        let (claims, rest) = <[ClaimRecord]>::ref_from_prefix_with_elems(rest, count(head.claims)?).ok()?;
        let (materials, rest) = <[U32]>::ref_from_prefix_with_elems(rest, count(head.materials)?).ok()?;
        rest.is_empty().then_some(Self { head, blobs, children, claims, materials })
    }
}

pub(super) fn count(field: U32) -> Option<usize> {
    usize::try_from(field.get()).ok()
}
