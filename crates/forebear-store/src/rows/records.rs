//! Records of a section, one after another.

use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};
use zstd::bulk::Decompressor;

use super::damage::Damage;
use super::file::RowFile;
use super::format::{BLOCK, BlockHead, MOST_UNPACKED, Section};
use crate::error::StoreError;

/// Reads a section block by block. What it gives was compared with its
/// checksum; that nothing is missing is known at the end.
pub(super) struct Records {
    file: Arc<RowFile>,
    section: Section,
    /// Where the next block begins.
    at: u64,
    end: u64,
    /// Records that must still come.
    left: u64,
    /// Of the heads of the blocks so far, or of all that was read.
    heads: Xxh3,
    checksum: u64,
    packed: Vec<u8>,
    block: Vec<u8>,
    /// The record that is looked at, in the block.
    record: Range<usize>,
    unpacker: Decompressor<'static>,
}

impl Records {
    /// Begins before the first record.
    pub(super) fn new(file: &Arc<RowFile>, section: Section) -> Result<Self, StoreError> {
        let span = file.span(section);
        Ok(Self {
            file: Arc::clone(file),
            section,
            at: span.offset.get(),
            // Within the file, as its opening has seen.
            end: span.offset.get().saturating_add(span.length.get()),
            left: span.records.get(),
            heads: Xxh3::new(),
            checksum: span.checksum.get(),
            packed: Vec::new(),
            block: Vec::new(),
            record: 0..0,
            unpacker: Decompressor::new()?,
        })
    }

    pub(super) fn file(&self) -> &RowFile {
        &self.file
    }

    /// The record that is looked at.
    pub(super) fn record(&self) -> &[u8] {
        self.block.get(self.record.clone()).unwrap_or_default()
    }

    /// Goes on to the next record; `false` at the end.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for a block that is damaged, and at the end where
    /// something is missing.
    pub(super) fn advance(&mut self) -> Result<bool, StoreError> {
        if self.record.end == self.block.len() {
            if self.at == self.end {
                return self.finish();
            }
            self.next_block()?;
        }
        let start = self.record.end;
        let length = match self.section.record_size() {
            Some(size) => Some((start, size)),
            None => self
                .block
                .get(start..)
                .and_then(|rest| rest.first_chunk())
                .map(|length: &[u8; 4]| (start + length.len(), u32::from_le_bytes(*length) as usize)),
        };
        let record = length.and_then(|(start, length)| Some(start..start.checked_add(length)?));
        match record.filter(|record| record.end <= self.block.len()) {
            Some(record) if self.left > 0 => self.record = record,
            Some(_) | None => return Err(self.file.no_row(self.section)),
        }
        self.left -= 1;
        Ok(true)
    }

    fn finish(&mut self) -> Result<bool, StoreError> {
        if self.left > 0 || self.heads.digest() != self.checksum {
            return Err(self.file.damaged(Damage::Section { section: self.section }));
        }
        Ok(false)
    }

    /// Reads some of the records of a section that has no blocks.
    fn next_raw(&mut self) -> Result<(), StoreError> {
        let whole = self.section.record_size().map_or(BLOCK, |size| BLOCK - BLOCK % size);
        let length = usize::try_from(self.end - self.at).unwrap_or(whole).min(whole);
        self.block.resize(length, 0);
        self.file.read(&mut self.block, self.at)?;
        self.heads.update(&self.block);
        self.record = 0..0;
        self.at += length as u64;
        Ok(())
    }

    fn next_block(&mut self) -> Result<(), StoreError> {
        if !self.section.is_packed() {
            return self.next_raw();
        }
        let offset = self.at;
        let damaged = || self.file.damaged(Damage::Block { offset });
        let none = U32::new(0);
        let mut head = BlockHead { unpacked: none, packed: none, checksum: U64::new(0) };
        let start = offset + size_of::<BlockHead>() as u64;
        // Lengths are looked at before memory is taken for them.
        let rest = self.end.checked_sub(start).ok_or_else(damaged)?;
        self.file.read(head.as_mut_bytes(), offset)?;
        let (packed, unpacked) = (head.packed.get(), head.unpacked.get() as usize);
        if u64::from(packed) > rest || unpacked > MOST_UNPACKED || unpacked == 0 {
            return Err(damaged());
        }
        self.packed.resize(packed as usize, 0);
        self.file.read(&mut self.packed, start)?;
        if BlockHead::sum(&self.packed, offset) != head.checksum.get() {
            return Err(damaged());
        }
        self.block.clear();
        self.block.shrink_to(2 * BLOCK);
        self.block.reserve(unpacked);
        let written = self.unpacker.decompress_to_buffer(&self.packed, &mut self.block);
        if !written.is_ok_and(|written| written == unpacked) {
            return Err(damaged());
        }
        self.packed.shrink_to(2 * BLOCK);
        self.heads.update(head.as_bytes());
        self.record = 0..0;
        self.at = start + u64::from(packed);
        Ok(())
    }
}
