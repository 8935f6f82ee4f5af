//! A file of rows that is there.

use std::path::{Path, PathBuf};

use forebear_facts::rows::VERSION;
use xxhash_rust::xxh3::Xxh3;
use zerocopy::{FromBytes, IntoBytes};

use super::covered::Covered;
use super::damage::Damage;
use super::format::{FORMAT, HEADER, Header, MAGIC, SECTIONS, Section, Span, TRAILER, Trailer};
use crate::disk::DiskFile;
use crate::error::StoreError;
use crate::log::LogPoint;

/// Bytes that are checked at once.
const CHECKED_AT_ONCE: usize = 1 << 20;

/// A file whose header and table are as they were written. Its blocks are
/// looked at when they are read.
#[derive(Debug)]
pub(super) struct RowFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    covered: Covered,
    spans: [Span; SECTIONS],
    length: u64,
}

impl RowFile {
    /// Reads header and table.
    ///
    /// # Errors
    /// [`StoreError::Rows`], with what is wrong with it.
    pub(super) fn open(file: Box<dyn DiskFile>, path: &Path) -> Result<Self, StoreError> {
        match Self::read_ends(file.as_ref()) {
            Ok((covered, spans, length)) => Ok(Self { file, path: path.to_owned(), covered, spans, length }),
            Err(damage) => Err(StoreError::Rows { file: path.to_owned(), damage }),
        }
    }

    fn read_ends(file: &dyn DiskFile) -> Result<(Covered, [Span; SECTIONS], u64), Damage> {
        let length = file.len().map_err(Damage::Unreadable)?;
        let mut header = Header::new(Covered { after: LogPoint::START, to: LogPoint::START, level: 0 });
        fill(file, header.as_mut_bytes(), 0).map_err(|damage| match damage {
            // Too short even for a header.
            Damage::Length { .. } => Damage::Foreign,
            other => other,
        })?;
        if header.magic != MAGIC {
            return Err(Damage::Foreign);
        }
        // Of another format only what comes before this is known.
        if header.format.get() != FORMAT {
            return Err(Damage::Format { found: header.format.get(), known: FORMAT });
        }
        if header.checksum.get() != header.sum() {
            return Err(Damage::Header);
        }
        if header.rows.get() != VERSION {
            return Err(Damage::Rows { found: header.rows.get(), known: VERSION });
        }
        let end = length.checked_sub(TRAILER).filter(|end| *end >= HEADER).ok_or(Damage::Length { found: length })?;
        let mut trailer = [0; TRAILER as usize];
        fill(file, &mut trailer, end)?;
        let trailer = Trailer::read_from_bytes(&trailer).map_err(|_| Damage::Trailer)?;
        if trailer.checksum.get() != trailer.sum(&header) || trailer.length.get() != length {
            return Err(Damage::Length { found: length });
        }
        // Sections follow one another from the header to the table.
        let mut at = HEADER;
        for span in &trailer.spans {
            if span.offset.get() != at {
                return Err(Damage::Trailer);
            }
            at = at.checked_add(span.length.get()).filter(|at| *at <= end).ok_or(Damage::Trailer)?;
        }
        if at != end {
            return Err(Damage::Trailer);
        }
        Ok((header.covered(), trailer.spans, length))
    }

    /// Compares what is looked up one by one with its checksum: it is not when it is
    /// looked up.
    ///
    /// # Errors
    /// [`StoreError::Rows`] where it is not what was written.
    pub(super) fn check_places(&self) -> Result<(), StoreError> {
        let span = self.span(Section::Places);
        let (mut sum, mut at) = (Xxh3::new(), span.offset.get());
        let end = at.saturating_add(span.length.get());
        let mut bytes = vec![0; CHECKED_AT_ONCE];
        while at < end {
            let length = usize::try_from(end - at).unwrap_or(CHECKED_AT_ONCE).min(CHECKED_AT_ONCE);
            let some = bytes.get_mut(..length).unwrap_or_default();
            self.read(some, at)?;
            sum.update(some);
            at += length as u64;
        }
        let stands = sum.digest() == span.checksum.get();
        if stands { Ok(()) } else { Err(self.damaged(Damage::Section { section: Section::Places })) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn covered(&self) -> Covered {
        self.covered
    }

    /// Length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    pub(super) fn span(&self, section: Section) -> Span {
        let [text_keys, texts, other_digests, configs, manifests, places] = self.spans;
        match section {
            Section::TextKeys => text_keys,
            Section::Texts => texts,
            Section::OtherDigests => other_digests,
            Section::Configs => configs,
            Section::Manifests => manifests,
            Section::Places => places,
        }
    }

    /// Fills `bytes` from `offset` on.
    pub(super) fn read(&self, bytes: &mut [u8], offset: u64) -> Result<(), StoreError> {
        fill(self.file.as_ref(), bytes, offset).map_err(|damage| self.damaged(damage))
    }

    /// That this file is of no use.
    pub(super) fn damaged(&self, damage: Damage) -> StoreError {
        StoreError::Rows { file: self.path.clone(), damage }
    }

    /// That one of its rows is none.
    pub(super) fn no_row(&self, section: Section) -> StoreError {
        self.damaged(Damage::Row { section })
    }
}

fn fill(file: &dyn DiskFile, bytes: &mut [u8], offset: u64) -> Result<(), Damage> {
    match file.read_at(bytes, offset) {
        Ok(read) if read == bytes.len() => Ok(()),
        Ok(read) => Err(Damage::Length { found: offset + read as u64 }),
        Err(error) => Err(Damage::Unreadable(error)),
    }
}
