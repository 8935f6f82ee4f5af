//! A file of rows as it is written: appended to only, its table at the end.

use std::io;

use xxhash_rust::xxh3::Xxh3;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{U32, U64};
use zstd::bulk::Compressor;

use super::covered::Covered;
use super::format::{BLOCK, BlockHead, Header, MOST_UNPACKED, SECTIONS, Section, Span, TRAILER, Trailer};
use crate::disk::DiskFile;

/// The fastest level: rows are mostly digests, which nothing makes shorter.
const LEVEL: i32 = 1;

/// Writes sections in their order, block by block.
pub(super) struct FileWriter<'a> {
    file: &'a dyn DiskFile,
    header: Header,
    /// Bytes written so far.
    at: u64,
    /// The section that is being written.
    section: usize,
    /// Whether its records go into packed blocks.
    is_packed: bool,
    spans: [Span; SECTIONS],
    /// Of the heads of its blocks, or of all of it.
    heads: Xxh3,
    block: Vec<u8>,
    packed: Vec<u8>,
    packer: Compressor<'static>,
}

impl<'a> FileWriter<'a> {
    /// Begins an empty file.
    ///
    /// # Errors
    /// The file system's, as of all that follows.
    pub(super) fn new(file: &'a dyn DiskFile, covered: Covered) -> io::Result<Self> {
        let header = Header::new(covered);
        let none = Span { offset: U64::new(0), length: U64::new(0), records: U64::new(0), checksum: U64::new(0) };
        let mut writer = Self {
            file,
            header,
            at: 0,
            section: 0,
            is_packed: true,
            spans: [none; SECTIONS],
            heads: Xxh3::new(),
            block: Vec::with_capacity(BLOCK),
            packed: Vec::new(),
            packer: Compressor::new(LEVEL)?,
        };
        writer.append(header.as_bytes())?;
        writer.begin();
        Ok(writer)
    }

    /// Appends a record, given in parts that follow one another. Records come by
    /// section, and in a section by key.
    pub(super) fn record(&mut self, section: Section, parts: &[&[u8]]) -> io::Result<()> {
        self.go_to(section as usize)?;
        self.is_packed = section.is_packed();
        let length: usize = parts.iter().map(|part| part.len()).sum();
        if length > MOST_UNPACKED - BLOCK {
            let reason = format!("one of the {section} has a row of {length} bytes");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
        }
        if section.record_size().is_none() {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            self.block.extend_from_slice(&length.to_le_bytes());
        }
        parts.iter().for_each(|part| self.block.extend_from_slice(part));
        if let Some(span) = self.spans.get_mut(self.section) {
            span.records += 1;
        }
        if self.block.len() >= BLOCK { self.end_block() } else { Ok(()) }
    }

    /// Ends the file and returns once it would survive a power cut.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.go_to(SECTIONS)?;
        let trailer = Trailer::new(self.spans, self.at + TRAILER, &self.header);
        self.append(trailer.as_bytes())?;
        self.file.sync()
    }

    /// Ends sections until it is this one's turn.
    fn go_to(&mut self, section: usize) -> io::Result<()> {
        while self.section < section {
            self.end_block()?;
            if let Some(span) = self.spans.get_mut(self.section) {
                span.length = U64::new(self.at - span.offset.get());
                span.checksum = U64::new(self.heads.digest());
            }
            self.section += 1;
            self.begin();
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.heads.reset();
        if let Some(span) = self.spans.get_mut(self.section) {
            span.offset = U64::new(self.at);
        }
    }

    fn end_block(&mut self) -> io::Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        if !self.is_packed {
            return self.end_raw();
        }
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(self.block.len()));
        self.packer.compress_to_buffer(&self.block, &mut self.packed)?;
        let head = BlockHead {
            unpacked: U32::new(u32::try_from(self.block.len()).unwrap_or(u32::MAX)),
            packed: U32::new(u32::try_from(self.packed.len()).unwrap_or(u32::MAX)),
            checksum: U64::new(BlockHead::sum(&self.packed, self.at)),
        };
        self.heads.update(head.as_bytes());
        self.block.clear();
        self.block.extend_from_slice(head.as_bytes());
        self.block.extend_from_slice(&self.packed);
        self.file.write_at(&self.block, self.at)?;
        self.at += self.block.len() as u64;
        self.block.clear();
        // After a row that was longer than most blocks.
        self.block.shrink_to(2 * BLOCK);
        self.packed.shrink_to(2 * BLOCK);
        Ok(())
    }

    /// Writes records that are found by their place.
    fn end_raw(&mut self) -> io::Result<()> {
        self.heads.update(&self.block);
        self.file.write_at(&self.block, self.at)?;
        self.at += self.block.len() as u64;
        self.block.clear();
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(bytes, self.at)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}
