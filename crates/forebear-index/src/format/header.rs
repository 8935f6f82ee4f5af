//! Header and section table: what makes opening a file O(1).
//!
//! ```text
//! 0   8  magic "FOREBEAR"
//! 8   4  format version
//! 12  4  number of sections
//! 16  8  length of the whole file
//! 24  8  checksum (XXH3) of bytes 0..24 and of the section table
//! 32     section table: per section
//!          0  4  id      4  4  element size
//!          8  8  offset  16 8  length in bytes
//!          24 8  checksum (XXH3) of the section's bytes
//! ```

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Section;

/// First bytes of every index file.
pub const MAGIC: [u8; 8] = *b"FOREBEAR";
/// The format this code writes, and the newest it reads.
pub const VERSION: u32 = 3;
/// The version since which a step's mark is no part of its node in the history
/// trie.
pub(crate) const MARKS_APART: u32 = 3;
/// Size of the fixed part, in bytes.
pub const HEADER_SIZE: usize = 32;
/// Sections begin at multiples of this, so that no record of one shares a
/// page's cache line with another's.
pub(super) const ALIGNMENT: u64 = 64;

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) version: U32,
    pub(super) sections: U32,
    pub(super) length: U64,
    pub(super) checksum: U64,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Entry {
    pub(super) id: U32,
    pub(super) element: U32,
    pub(super) offset: U64,
    pub(super) length: U64,
    pub(super) checksum: U64,
}

impl Entry {
    pub(super) fn new(section: Section, offset: u64, length: u64, checksum: u64) -> Self {
        Self {
            id: U32::new(section as u32),
            element: U32::new(u32::try_from(section.element_size()).unwrap_or(u32::MAX)),
            offset: U64::new(offset),
            length: U64::new(length),
            checksum: U64::new(checksum),
        }
    }

    /// Which section it is; `None` for one of a later revision.
    pub(super) fn section(&self) -> Option<Section> {
        Section::ALL.iter().find(|section| **section as u32 == self.id.get()).copied()
    }

    pub(super) fn range(&self) -> Option<Range<usize>> {
        let end = self.offset.get().checked_add(self.length.get())?;
        Some(usize::try_from(self.offset.get()).ok()?..usize::try_from(end).ok()?)
    }
}

impl Header {
    /// The header of a file of `length` bytes with these sections.
    pub(super) fn over(entries: &[Entry], length: u64) -> Self {
        let sections = U32::new(u32::try_from(entries.len()).unwrap_or(u32::MAX));
        let (version, length, checksum) = (U32::new(VERSION), U64::new(length), U64::new(0));
        let mut header = Self { magic: MAGIC, version, sections, length, checksum };
        header.checksum = U64::new(table_checksum(&header, entries));
        header
    }
}

/// What the header says of itself and the section table.
pub(super) fn table_checksum(header: &Header, entries: &[Entry]) -> u64 {
    let mut hashed = header.as_bytes().get(..24).unwrap_or_default().to_vec();
    hashed.extend_from_slice(entries.as_bytes());
    xxh3_64(&hashed)
}
