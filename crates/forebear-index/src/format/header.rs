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

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::Section;
use crate::error::IndexError;

/// First bytes of every index file.
pub const MAGIC: [u8; 8] = *b"FOREBEAR";
/// The format this code reads and writes.
pub const VERSION: u32 = 2;
/// Size of the fixed part, in bytes.
pub const HEADER_SIZE: usize = 32;
/// Sections begin at multiples of this, so that no record of one shares a
/// page's cache line with another's.
pub(super) const ALIGNMENT: u64 = 64;
const MAX_SECTIONS: usize = 1024;

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Header {
    magic: [u8; 8],
    version: U32,
    sections: U32,
    length: U64,
    checksum: U64,
}

#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
pub(super) struct Entry {
    id: U32,
    element: U32,
    offset: U64,
    length: U64,
    checksum: U64,
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

/// Where each section lies, every bound checked against the file.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    ranges: BTreeMap<Section, (Range<usize>, u64)>,
    /// Bytes between sections, which are zero.
    gaps: Vec<Range<usize>>,
    checksum: u64,
}

impl Layout {
    /// Reads and checks header and section table; O(1) in the file's size.
    ///
    /// # Errors
    /// [`IndexError`] naming `file` when it is foreign, of another version or
    /// damaged.
    pub fn read(bytes: &[u8], file: &Path) -> Result<Self, IndexError> {
        let foreign = |reason| IndexError::Foreign { file: file.to_owned(), reason };
        let damaged = |reason: String| IndexError::Damaged { file: file.to_owned(), reason };
        let (header, rest) = Header::read_from_prefix(bytes).map_err(|_| foreign("it is too short"))?;
        if header.magic != MAGIC {
            return Err(foreign("it does not begin with FOREBEAR"));
        }
        let found = header.version.get();
        if found > VERSION {
            return Err(IndexError::Newer { file: file.to_owned(), found, known: VERSION });
        }
        if found < VERSION {
            return Err(IndexError::Older { file: file.to_owned(), found, known: VERSION });
        }
        let length = bytes.len() as u64;
        if header.length.get() != length {
            return Err(damaged(format!("it says {} bytes and has {length}", header.length.get())));
        }
        let count = usize::try_from(header.sections.get()).unwrap_or(usize::MAX);
        if count > MAX_SECTIONS {
            return Err(damaged(format!("{count} sections")));
        }
        let (entries, _) = <[Entry]>::ref_from_prefix_with_elems(rest, count)
            .map_err(|_| damaged("its section table is cut off".to_owned()))?;
        if table_checksum(&header, entries) != header.checksum.get() {
            return Err(damaged("the checksum of its section table is wrong".to_owned()));
        }
        let mut ranges = BTreeMap::new();
        let mut gaps = Vec::new();
        let mut covered = HEADER_SIZE + size_of_val(entries);
        for entry in entries {
            let bounds = [entry.offset.get(), entry.offset.get().saturating_add(entry.length.get())];
            if let [Ok(start), Ok(end)] = bounds.map(usize::try_from) {
                gaps.push(covered..start);
                covered = end;
            }
            // Sections of a later revision of this version may be ignored.
            let Some(section) = entry.section() else { continue };
            let bad = || damaged(format!("section {section:?} lies outside the file or has odd elements"));
            let start = entry.offset.get();
            let end = start.checked_add(entry.length.get()).filter(|end| *end <= length).ok_or_else(bad)?;
            let element = section.element_size() as u64;
            if u64::from(entry.element.get()) != element || entry.length.get() % element != 0 {
                return Err(bad());
            }
            let to_usize = |n: u64| usize::try_from(n).map_err(|_| bad());
            ranges.insert(section, (to_usize(start)?..to_usize(end)?, entry.checksum.get()));
        }
        if let Some(missing) = Section::ALL.iter().find(|s| !ranges.contains_key(s)) {
            return Err(damaged(format!("it has no section {missing:?}")));
        }
        gaps.push(covered..bytes.len());
        Ok(Self { ranges, gaps, checksum: header.checksum.get() })
    }

    /// Of a file that is still being written.
    pub(super) fn unfinished(ranges: BTreeMap<Section, Range<usize>>) -> Self {
        let ranges = ranges.into_iter().map(|(section, range)| (section, (range, 0))).collect();
        Self { ranges, gaps: Vec::new(), checksum: 0 }
    }

    /// The header's checksum.
    #[must_use]
    pub fn checksum(&self) -> u64 {
        self.checksum
    }

    /// The byte range of a section.
    #[must_use]
    pub fn range(&self, section: Section) -> Range<usize> {
        self.ranges.get(&section).map(|(range, _)| range.clone()).unwrap_or_default()
    }

    /// Whether the bytes between sections are as they were written. Reads them.
    #[must_use]
    pub fn gaps_are_intact(&self, bytes: &[u8]) -> bool {
        self.gaps.iter().all(|gap| bytes.get(gap.clone()).unwrap_or_default().iter().all(|byte| *byte == 0))
    }

    /// Sections whose bytes do not match their checksum. Reads the whole file.
    #[must_use]
    pub fn broken_sections(&self, bytes: &[u8]) -> Vec<Section> {
        let intact = |range: &Range<usize>, sum: u64| bytes.get(range.clone()).is_some_and(|b| xxh3_64(b) == sum);
        self.ranges.iter().filter(|(_, (range, sum))| !intact(range, *sum)).map(|(section, _)| *section).collect()
    }
}

fn table_checksum(header: &Header, entries: &[Entry]) -> u64 {
    let mut hashed = header.as_bytes().get(..24).unwrap_or_default().to_vec();
    hashed.extend_from_slice(entries.as_bytes());
    xxh3_64(&hashed)
}
