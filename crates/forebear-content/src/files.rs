//! The entries of a layer, one after the other.

use std::io::Read;

use forebear_image::Digest;
use tar_core::parse::{Limits, ParseEvent, ParsedEntry, Parser};

use crate::check::Expected;
use crate::decoder::BUFFER;
use crate::entry::{Entry, Kind};
use crate::error::LayerError;
use crate::path::place;
use crate::unpacked::{MAX_UNPACKED, Sums, Unpacked, Wanted};

/// The most entries of a layer that are listed.
pub const MAX_ENTRIES: u64 = 50_000_000;
/// The most bytes of names and attributes of one entry. GNU tar's longest
/// names and a full set of extended attributes stay far below.
const METADATA: u32 = 1024 * 1024;
/// The most bytes that the parser may want at once: names, attributes and the
/// map of a sparse file.
const LONGEST_HEADER: usize = 4 * METADATA as usize;
const BLOCK: u64 = 512;

/// Lists a layer as it streams by: an iterator over its entries. After an
/// error there are no more.
pub struct Files<R: Read> {
    unpacked: Unpacked<R>,
    parser: Parser,
    buffer: Vec<u8>,
    /// The part of the buffer that is not used up.
    start: usize,
    end: usize,
    /// Content of the last entry that has not been skipped yet.
    skip: u64,
    listed: u64,
    done: bool,
}

impl<R: Read> Files<R> {
    /// Begins to list a layer, whatever its compression. Of a stated size at
    /// most one byte more is read.
    ///
    /// # Errors
    /// [`LayerError::Source`] when its first bytes cannot be read.
    pub fn new(stream: R, expected: &Expected) -> Result<Self, LayerError> {
        let blob: Option<Digest> = expected.blob.map(|digest| digest.0);
        // The blob's digest vouches for what is inside; without one, the tar's
        // own digest does.
        let tar = expected.diff_id.filter(|_| blob.is_none()).map(|diff_id| Some(diff_id.0));
        let size = expected.size.unwrap_or(MAX_UNPACKED).min(MAX_UNPACKED);
        let unpacked = Unpacked::new(stream, Wanted { blob, tar, size, packing: expected.packing })?;
        let limits = Limits { max_metadata_size: METADATA, ..Limits::default() };
        let mut parser = Parser::new(limits);
        // What a name means is decided here, also of an empty one.
        parser.set_allow_empty_path(true);
        parser.set_ignore_pax_errors(true);
        let buffer = vec![0; BUFFER];
        Ok(Self { unpacked, parser, buffer, start: 0, end: 0, skip: 0, listed: 0, done: false })
    }

    /// Reads whatever follows the last entry and gives the digests.
    ///
    /// # Errors
    /// [`LayerError`]: the stream failed, or behind the tar's end the
    /// compression is broken.
    pub fn finish(self) -> Result<Sums, LayerError> {
        match self.unpacked.finish()? {
            (sums, None) => Ok(sums),
            (_, Some(flaw)) => Err(flaw),
        }
    }

    fn advance(&mut self) -> Result<Option<Entry>, LayerError> {
        loop {
            self.pass_content()?;
            let at = self.offset();
            let input = self.buffer.get(self.start..self.end).unwrap_or_default();
            let event = self.parser.parse(input).map_err(|error| LayerError::Tar { at, reason: error.to_string() })?;
            let (consumed, found) = match event {
                ParseEvent::NeedData { min_bytes } => {
                    // The parser may ask for what it has: a sparse map without
                    // an end. It gets more each time, up to a bound.
                    let known = input.len();
                    if known > LONGEST_HEADER {
                        let reason = format!("a header of more than {LONGEST_HEADER} bytes");
                        return Err(LayerError::Tar { at, reason });
                    }
                    if self.fill(min_bytes.max(known + 1))? {
                        continue;
                    }
                    // A tar may end without its two blocks of zeros, or with one.
                    let rest = self.buffer.get(self.start..self.end).unwrap_or_default();
                    return if rest.iter().all(|byte| *byte == 0) { Ok(None) } else { Err(self.cut_off()) };
                }
                ParseEvent::Entry { consumed, entry } => (consumed, Some(understand(&entry, entry.size))),
                ParseEvent::SparseEntry { entry, .. } if has_two_sizes(&entry) => {
                    let reason = "a sparse file whose size is stated twice".to_owned();
                    return Err(LayerError::Tar { at, reason });
                }
                ParseEvent::SparseEntry { consumed, entry, real_size, .. } => {
                    (consumed, Some(understand(&entry, real_size)))
                }
                ParseEvent::GlobalExtensions { consumed, .. } => (consumed, None),
                ParseEvent::End { .. } => return Ok(None),
            };
            self.start += consumed;
            let Some((entry, content)) = found else { continue };
            self.skip = content
                .checked_next_multiple_of(BLOCK)
                .ok_or_else(|| LayerError::Tar { at, reason: format!("an entry of {content} bytes") })?;
            self.listed += 1;
            if self.listed > MAX_ENTRIES {
                return Err(LayerError::TooLarge { limit: MAX_ENTRIES, unit: "entries" });
            }
            if entry.is_some() {
                return Ok(entry);
            }
        }
    }

    /// Passes by the content of the last entry.
    fn pass_content(&mut self) -> Result<(), LayerError> {
        while self.skip > 0 {
            let here = (self.end - self.start) as u64;
            if here > 0 {
                let passed = here.min(self.skip);
                self.start += usize::try_from(passed).unwrap_or(usize::MAX);
                self.skip -= passed;
            } else if !self.fill(1)? {
                return Err(self.cut_off());
            }
        }
        Ok(())
    }

    /// Makes sure of `wanted` unused bytes; `false` at the end of the stream.
    fn fill(&mut self, wanted: usize) -> Result<bool, LayerError> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if wanted > self.buffer.len() {
            // Bounded by the parser's limits.
            self.buffer.resize(wanted.next_multiple_of(BUFFER), 0);
        }
        while self.end < wanted {
            let Some(free) = self.buffer.get_mut(self.end..) else { return Ok(false) };
            match self.unpacked.read(free)? {
                0 => return Ok(false),
                read => self.end += read,
            }
        }
        Ok(true)
    }

    /// How much of the tar has been used up, in bytes.
    fn offset(&self) -> u64 {
        self.unpacked.count() - (self.end - self.start) as u64
    }

    fn cut_off(&self) -> LayerError {
        LayerError::Tar { at: self.unpacked.count(), reason: "it is cut off".to_owned() }
    }
}

impl<R: Read> Iterator for Files<R> {
    type Item = Result<Entry, LayerError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.advance();
        self.done = !matches!(next, Ok(Some(_)));
        next.transpose()
    }
}

/// A sparse file of PAX 1.0 has its map in front of its content. With a `size`
/// besides, tar-core 0.1 does not take the map off, and what comes next would
/// be ignored.
fn has_two_sizes(parsed: &ParsedEntry<'_>) -> bool {
    let states = |wanted: &str| {
        let records = parsed.pax.into_iter().flat_map(tar_core::PaxExtensions::new);
        records.flatten().any(|record| record.key().is_ok_and(|key| key == wanted))
    };
    states("GNU.sparse.major") && states("size")
}

/// An entry, where it is part of the image, and the bytes of its content.
fn understand(parsed: &ParsedEntry<'_>, size: u64) -> (Option<Entry>, u64) {
    let kind = Kind::of(parsed.entry_type);
    let content = if kind.is_header_only() { 0 } else { parsed.size };
    let entry = place(&parsed.path, kind).map(|place| Entry {
        size: if place.kind == Kind::File { size } else { 0 },
        path: place.path,
        kind: place.kind,
        outside: place.outside,
        mode: parsed.mode & 0o7777,
        uid: parsed.uid,
        gid: parsed.gid,
        link: parsed.link_target.as_ref().map(|link| String::from_utf8_lossy(link).into_owned()),
    });
    (entry, content)
}
