//! Writing an index file section by section, each as it comes.

use std::io::{Cursor, Seek, SeekFrom, Write};
use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::Xxh3;
use zerocopy::{Immutable, IntoBytes};

use super::header::{Entry, HEADER_SIZE, Header};
use super::layout::Layout;
use super::{ALIGNMENT, Section};
use crate::map::Bytes;

/// Bytes gathered before they are hashed and written.
const BUFFER: usize = 1 << 20;

/// Records made on all cores before they are written.
const PART: u32 = 1 << 16;

/// Where an index can be written to.
pub trait Target: Write + Seek + Send {
    /// What has been written so far, for reading while more is written.
    ///
    /// # Errors
    /// Whatever mapping the file fails with.
    fn view(&mut self) -> std::io::Result<Bytes>;
}

impl Target for Cursor<Vec<u8>> {
    fn view(&mut self) -> std::io::Result<Bytes> {
        Ok(Bytes::Memory(self.get_ref().clone()))
    }
}

/// An index file in the making.
pub(crate) struct FileWriter<W> {
    out: W,
    /// Bytes written, the buffered ones included.
    at: u64,
    buffer: Vec<u8>,
    entries: Vec<Entry>,
    open: Option<(Section, u64, Xxh3)>,
}

impl<W: Target> FileWriter<W> {
    /// Leaves room for the header and a table of the sections that every file has and
    /// so many of [`Section::UNLESS_EMPTY`].
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn new(mut out: W, more: usize) -> std::io::Result<Self> {
        let sections = Section::ALL.len() - Section::UNLESS_EMPTY.len() + more;
        let at = HEADER_SIZE + sections * size_of::<Entry>();
        out.write_all(&vec![0; at])?;
        let buffer = Vec::with_capacity(2 * BUFFER);
        Ok(Self { out, at: at as u64, buffer, entries: Vec::new(), open: None })
    }

    /// Begins a section, at the next place where one may begin.
    pub(crate) fn begin(&mut self, section: Section) {
        let start = self.at.next_multiple_of(ALIGNMENT);
        let gap = usize::try_from(start - self.at).unwrap_or(0);
        self.buffer.resize(self.buffer.len() + gap, 0);
        // The gap belongs to no section's checksum.
        self.at = start;
        self.open = Some((section, start, Xxh3::new()));
    }

    /// Writes bytes of the open section.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    #[inline]
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if let Some((_, _, hash)) = &mut self.open {
            hash.update(bytes);
        }
        self.buffer.extend_from_slice(bytes);
        self.at += bytes.len() as u64;
        if self.buffer.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the open section.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn end(&mut self) -> std::io::Result<()> {
        if let Some((section, start, hash)) = self.open.take() {
            self.entries.push(Entry::new(section, start, self.at - start, hash.digest()));
        }
        Ok(())
    }

    /// Writes a whole section.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn table<T: IntoBytes + Immutable>(&mut self, section: Section, table: &[T]) -> std::io::Result<()> {
        self.begin(section);
        for part in table.as_bytes().chunks(BUFFER) {
            self.write(part)?;
        }
        self.end()
    }

    /// Writes a section of `count` records, each made on its own, on all cores.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn gather<T: IntoBytes + Immutable + Send>(
        &mut self,
        section: Section,
        count: usize,
        record: impl Fn(u32) -> T + Sync,
    ) -> std::io::Result<()> {
        self.begin(section);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut part = Vec::new();
        let mut from = 0;
        while from < count {
            let to = count.min(from.saturating_add(PART));
            (from..to).into_par_iter().with_min_len(1 << 10).map(&record).collect_into_vec(&mut part);
            self.write(part.as_bytes())?;
            from = to;
        }
        self.end()
    }

    /// The file as far as it is written, and where its sections lie.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn view(&mut self) -> std::io::Result<(Bytes, Layout)> {
        self.flush()?;
        self.out.flush()?;
        let range = |entry: &Entry| -> Option<(Section, Range<usize>)> { Some((entry.section()?, entry.range()?)) };
        let layout = Layout::unfinished(self.entries.iter().filter_map(range));
        Ok((self.out.view()?, layout))
    }

    /// Writes the header and the section table. Required sections that nobody
    /// wrote are empty, optional ones are left out.
    ///
    /// # Errors
    /// Whatever `out` refuses with.
    pub(crate) fn finish(mut self) -> std::io::Result<W> {
        for section in Section::ALL {
            let is_written = self.entries.iter().any(|entry| entry.section() == Some(*section));
            if !is_written && !Section::OPTIONAL.contains(section) {
                self.begin(*section);
                self.end()?;
            }
        }
        self.flush()?;
        let header = Header::over(&self.entries, self.at);
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(header.as_bytes())?;
        self.out.write_all(self.entries.as_bytes())?;
        self.out.flush()?;
        Ok(self.out)
    }
}
