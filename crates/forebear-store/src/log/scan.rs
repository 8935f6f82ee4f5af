//! Reading a segment from one end to the other, whatever lies between.

use std::io;

use super::fingerprint::Fingerprint;
use super::frame::{Frame, HEADER, Kind, MAGIC};
use super::header::{BEGIN, Header};
use crate::disk::DiskFile;

/// Bytes read at once.
const READ: usize = 1 << 20;

/// What the next bytes of a segment are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A whole record; the fingerprint is that of the log up to it.
    Record { kind: Kind, sequence: u64, offset: u64, payload: Vec<u8>, fingerprint: Fingerprint },
    /// Bytes that are no record, up to the next header or the end.
    Gap { from: u64, to: u64 },
}

/// Goes through the records of a segment.
pub(super) struct Scan<'a> {
    file: &'a dyn DiskFile,
    salt: u64,
    len: u64,
    at: u64,
    /// Of what lies before.
    fingerprint: Fingerprint,
    buffer: Vec<u8>,
    /// Offset of the buffer's first byte.
    start: u64,
}

impl<'a> Scan<'a> {
    /// Begins behind the segment's header.
    pub(super) fn new(file: &'a dyn DiskFile, header: Header) -> io::Result<Self> {
        let (salt, len, fingerprint) = (header.salt, file.len()?, Fingerprint::of_segment(header));
        Ok(Self { file, salt, len, at: BEGIN, fingerprint, buffer: Vec::new(), start: BEGIN })
    }

    /// What comes next; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Found>> {
        if self.at >= self.len {
            return Ok(None);
        }
        let offset = self.at;
        let salt = self.salt;
        let header = self.bytes(offset, HEADER)?.to_vec();
        let frame = Frame::read(&header, salt, offset);
        let end = |frame: &Frame| offset + (HEADER + frame.length) as u64;
        // A record that the file ends within was never whole.
        let Some(frame) = frame.filter(|frame| end(frame) <= self.len) else {
            return self.gap(offset).map(Some);
        };
        let payload = self.bytes(offset + HEADER as u64, frame.length)?;
        if !frame.is_of(payload, salt, offset) {
            // Another may have been written where this one was cut off.
            return self.gap(offset).map(Some);
        }
        let payload = payload.to_vec();
        self.at = end(&frame);
        self.fingerprint = self.fingerprint.and(&header);
        let Frame { kind, sequence, .. } = frame;
        Ok(Some(Found::Record { kind, sequence, offset, payload, fingerprint: self.fingerprint }))
    }

    /// Goes on at the next header that stands.
    fn gap(&mut self, from: u64) -> io::Result<Found> {
        self.fingerprint = Fingerprint::UNKNOWN;
        self.at = self.next_header(from + 1)?;
        Ok(Found::Gap { from, to: self.at })
    }

    /// Where the next header lies that stands; the end where there is none.
    fn next_header(&mut self, from: u64) -> io::Result<u64> {
        let mut at = from;
        while at < self.len {
            let salt = self.salt;
            let bytes = self.bytes(at, READ)?;
            let mut starts = bytes.windows(MAGIC.len()).enumerate().filter(|(_, four)| *four == MAGIC);
            // One at the buffer's end may be cut off: it is looked at again.
            let whole = bytes.len().saturating_sub(HEADER) + 1;
            let read = bytes.len() as u64;
            let found = starts.find(|(start, _)| {
                *start < whole
                    && bytes.get(*start..).is_some_and(|b| Frame::read(b, salt, at + *start as u64).is_some())
            });
            if let Some((start, _)) = found {
                return Ok(at + start as u64);
            }
            if at + read >= self.len {
                break;
            }
            at += whole as u64;
        }
        Ok(self.len)
    }

    /// The bytes from `offset` on, `len` of them or up to the end.
    fn bytes(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let have = self.start + self.buffer.len() as u64;
        let wanted = (offset + len as u64).min(self.len);
        if offset < self.start || wanted > have {
            let read = len.max(READ).min(usize::try_from(self.len - offset).unwrap_or(READ));
            self.buffer.resize(read, 0);
            let got = self.file.read_at(&mut self.buffer, offset)?;
            self.buffer.truncate(got);
            self.start = offset;
        }
        let from = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        let rest = self.buffer.get(from..).unwrap_or_default();
        Ok(rest.get(..len).unwrap_or(rest))
    }
}
