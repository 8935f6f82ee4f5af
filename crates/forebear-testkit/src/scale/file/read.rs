//! Streaming rows from a file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use forebear_facts::RepositoryFacts;
use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow, VERSION};
use forebear_image::RepositoryName;
use zerocopy::FromBytes;

use super::records::{ObservationHead, Span, TextHead, Time};
use super::{MAGIC, SECTIONS, Section};

/// Bytes that are read at a time. What fits into the processor's cache is
/// read twice as fast as what does not.
const BUFFER: usize = 256 * 1024;

/// A world's rows in a file.
#[derive(Clone, Debug)]
pub struct RowFile {
    path: PathBuf,
    spans: [Span; SECTIONS],
}

impl RowFile {
    /// Opens a file that [`super::write()`] has written.
    ///
    /// # Errors
    /// When it cannot be read, or is something else.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut magic = [0; MAGIC.len()];
        file.read_exact(&mut magic)?;
        let mut version = [0; 4];
        file.read_exact(&mut version)?;
        if magic == *MAGIC && u32::from_le_bytes(version) != VERSION {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its rows are of another version: write it anew"));
        }
        let mut spans = [0; size_of::<Span>() * SECTIONS];
        file.seek(SeekFrom::End(-(spans.len() as i64)))?;
        file.read_exact(&mut spans)?;
        let spans = <[Span; SECTIONS]>::read_from_bytes(&spans).ok().filter(|_| magic == *MAGIC);
        Ok(Self { path: path.to_owned(), spans: spans.ok_or_else(damaged)? })
    }

    /// Calls `each` with every row of a section.
    fn rows(&self, section: Section, mut each: impl FnMut(&[u8]) -> Option<()>) -> Result<(), SourceError> {
        let Some(span) = self.spans.get(section as usize) else { return Ok(()) };
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(span.begin.get()))?;
        let mut file = file.take(span.end.get().saturating_sub(span.begin.get()));
        let mut buffer = vec![0; BUFFER];
        // So many bytes lie in the buffer, and begin a row.
        let mut filled = 0;
        loop {
            let read = file.read(buffer.get_mut(filled..).unwrap_or_default())?;
            if read == 0 {
                return if filled == 0 { Ok(()) } else { Err(damaged().into()) };
            }
            let end = filled + read;
            let mut rest = buffer.get(..end).unwrap_or_default();
            while let Some((row, after)) = split(rest) {
                each(row).ok_or_else(damaged)?;
                rest = after;
            }
            let wanted = length(rest).unwrap_or(0) + PREFIX;
            filled = rest.len();
            buffer.copy_within(end - filled..end, 0);
            if buffer.len() < wanted {
                buffer.resize(wanted.next_power_of_two(), 0);
            }
        }
    }
}

/// Bytes of a row's length.
const PREFIX: usize = 4;

fn length(bytes: &[u8]) -> Option<usize> {
    Some(u32::from_le_bytes(*bytes.first_chunk::<PREFIX>()?) as usize)
}

/// The first row, and what comes after it; `None` while it is not all there.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    bytes.get(PREFIX..)?.split_at_checked(length(bytes)?)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not a file of rows, or a damaged one")
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

impl FactSource for RowFile {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        self.rows(Section::Texts, |row| {
            let (head, rest) = TextHead::ref_from_prefix(row).ok()?;
            each(TextRow { key: &head.key, id: head.id.get(), trimmed: head.trimmed.get(), text: text(rest)? });
            Some(())
        })
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.rows(Section::OtherDigests, |row| {
            let (key, rest) = row.split_first_chunk()?;
            each((key, text(rest)?));
            Some(())
        })
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        self.rows(Section::Configs, |row| {
            let (key, rest) = row.split_first_chunk()?;
            each((key, ConfigRow::read(rest)?));
            Some(())
        })
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        self.rows(Section::Manifests, |row| {
            let (key, rest) = row.split_first_chunk()?;
            each((key, ManifestRow::read(rest)?));
            Some(())
        })
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        self.rows(Section::Observations, |row| {
            let (head, rest) = ObservationHead::ref_from_prefix(row).ok()?;
            let (repository, tag) = rest.split_at_checked(head.repository.get() as usize)?;
            each(ObservationRow {
                repository: text(repository)?,
                tag: text(tag)?,
                manifest: &head.manifest,
                first_seen: head.first.get()?,
                last_seen: head.last.get()?,
                ended: head.ended.get() != 0,
            });
            Some(())
        })
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        self.rows(Section::Repositories, |row| {
            let (complete, name) = Time::ref_from_prefix(row).ok()?;
            let (registry, path) = text(name)?.split_once('/')?;
            let name = RepositoryName { registry: registry.parse().ok()?, path: path.to_owned() };
            each(RepositoryFacts { name, complete_at: complete.get() });
            Some(())
        })
    }

    fn lost_records(&self) -> u64 {
        0
    }
}
