//! Where the sections of a file lie, as its header and section table say.

use std::ops::Range;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::FromBytes;

use super::Section;
use super::header::{Entry, HEADER_SIZE, Header, MAGIC, VERSION, table_checksum};
use crate::error::{IndexError, Versions};

/// The oldest format this code reads.
pub const OLDEST_READABLE: u32 = 2;
const MAX_SECTIONS: usize = 1024;

/// Where each section lies, every bound checked against the file.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// By the section's number.
    sections: [Option<Place>; Section::NUMBERS],
    /// Bytes between sections, which are zero.
    gaps: Vec<Range<usize>>,
    version: u32,
    checksum: u64,
}

#[derive(Clone, Debug)]
struct Place {
    bytes: Range<usize>,
    /// XXH3 of the section's bytes.
    checksum: u64,
}

/// What a reader takes for an index.
struct Accepted {
    versions: Versions,
    /// Sections it may lack.
    optional: &'static [Section],
}

impl Layout {
    /// Reads and checks header and section table; O(1) in the file's size.
    ///
    /// # Errors
    /// [`IndexError`] naming `file` when it is foreign, of another version or
    /// damaged.
    pub(crate) fn read(bytes: &[u8], file: &Path) -> Result<Self, IndexError> {
        let versions = Versions { oldest: OLDEST_READABLE, newest: VERSION };
        Self::read_as(bytes, file, &Accepted { versions, optional: Section::OPTIONAL })
    }

    fn read_as(bytes: &[u8], file: &Path, accepted: &Accepted) -> Result<Self, IndexError> {
        let foreign = |reason| IndexError::Foreign { file: file.to_owned(), reason };
        let damaged = |reason: String| IndexError::Damaged { file: file.to_owned(), reason };
        let (header, rest) = Header::read_from_prefix(bytes).map_err(|_| foreign("it is too short"))?;
        if header.magic != MAGIC {
            return Err(foreign("it does not begin with FOREBEAR"));
        }
        let (found, known) = (header.version.get(), accepted.versions);
        if found > known.newest {
            return Err(IndexError::Newer { file: file.to_owned(), found, known });
        }
        if found < known.oldest {
            return Err(IndexError::Older { file: file.to_owned(), found, known });
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
        let mut layout = Self { version: found, checksum: header.checksum.get(), ..Self::empty() };
        let mut covered = HEADER_SIZE + size_of_val(entries);
        for entry in entries {
            let bounds = [entry.offset.get(), entry.offset.get().saturating_add(entry.length.get())];
            if let [Ok(start), Ok(end)] = bounds.map(usize::try_from) {
                layout.gaps.push(covered..start);
                covered = end;
            }
            // Sections of a later revision of this version are ignored.
            let Some(section) = entry.section() else { continue };
            let element = section.element_size() as u64;
            let is_whole = u64::from(entry.element.get()) == element && entry.length.get() % element == 0;
            let place = entry.range().filter(|range| range.end <= bytes.len() && is_whole);
            let place = place
                .ok_or_else(|| damaged(format!("section {section:?} lies outside the file or has odd elements")))?;
            layout.put(section, place, entry.checksum.get());
        }
        let missing = |section: &&Section| !layout.has(**section) && !accepted.optional.contains(section);
        if let Some(missing) = Section::ALL.iter().find(missing) {
            return Err(damaged(format!("it has no section {missing:?}")));
        }
        layout.gaps.push(covered..bytes.len());
        Ok(layout)
    }

    /// Of a file that is still being written.
    pub(super) fn unfinished(places: impl Iterator<Item = (Section, Range<usize>)>) -> Self {
        let mut layout = Self::empty();
        places.for_each(|(section, place)| layout.put(section, place, 0));
        layout
    }

    fn empty() -> Self {
        Self { sections: [const { None }; Section::NUMBERS], gaps: Vec::new(), version: VERSION, checksum: 0 }
    }

    fn put(&mut self, section: Section, bytes: Range<usize>, checksum: u64) {
        if let Some(place) = self.sections.get_mut(section as usize) {
            *place = Some(Place { bytes, checksum });
        }
    }

    fn place(&self, section: Section) -> Option<&Place> {
        self.sections.get(section as usize)?.as_ref()
    }

    /// The format's version.
    #[must_use]
    pub(crate) fn version(&self) -> u32 {
        self.version
    }

    /// The header's checksum.
    #[must_use]
    pub(crate) fn checksum(&self) -> u64 {
        self.checksum
    }

    /// Whether the file has a section, be it empty. It has all that are
    /// required.
    #[must_use]
    pub(crate) fn has(&self, section: Section) -> bool {
        self.place(section).is_some()
    }

    /// The byte range of a section; an empty one where the file has none.
    #[must_use]
    pub(crate) fn range(&self, section: Section) -> Range<usize> {
        self.place(section).map(|place| place.bytes.clone()).unwrap_or_default()
    }

    /// Whether the bytes between sections are as they were written. Reads them.
    #[must_use]
    pub(crate) fn gaps_are_intact(&self, bytes: &[u8]) -> bool {
        self.gaps.iter().all(|gap| bytes.get(gap.clone()).unwrap_or_default().iter().all(|byte| *byte == 0))
    }

    /// Sections whose bytes do not match their checksum. Reads the whole file.
    #[must_use]
    pub(crate) fn broken_sections(&self, bytes: &[u8]) -> Vec<Section> {
        let is_intact =
            |place: &Place| bytes.get(place.bytes.clone()).is_some_and(|bytes| xxh3_64(bytes) == place.checksum);
        let is_broken = |section: &Section| self.place(*section).is_some_and(|place| !is_intact(place));
        Section::ALL.iter().copied().filter(is_broken).collect()
    }
}

#[cfg(test)]
mod tests;
