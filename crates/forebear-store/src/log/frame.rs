//! One record of a segment: a header that says how long the payload is and what
//! it hashes to, and the payload.
//!
//! The header has a checksum of its own, so that after a damaged record reading goes
//! on at the next header, wherever it lies. Checksums are seeded with the segment's salt and the
//! record's offset: what a registry's document holds is never taken for a record,
//! nor a record that lies elsewhere.

use xxhash_rust::xxh3::xxh3_64_with_seed;
use zerocopy::little_endian::{U16, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes of a header.
pub(crate) const HEADER: usize = size_of::<FrameHeader>();
/// What a header begins with.
pub(crate) const MAGIC: [u8; 4] = [0xf0, 0x4e, 0xb3, 0xa4];
/// No payload is longer, in bytes: the largest document, and room.
pub(crate) const MAX_PAYLOAD: usize = 80 << 20;

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Documents as they were fetched.
    Documents,
    /// What was seen and what became of it.
    Entries,
    /// The end of a segment.
    Seal,
    /// Written by a later version.
    Other(u16),
}

impl Kind {
    fn of(code: u16) -> Self {
        match code {
            1 => Self::Documents,
            2 => Self::Entries,
            3 => Self::Seal,
            other => Self::Other(other),
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::Documents => 1,
            Self::Entries => 2,
            Self::Seal => 3,
            Self::Other(other) => other,
        }
    }
}

/// A header as it lies in a segment.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct FrameHeader {
    magic: [u8; 4],
    length: U32,
    kind: U16,
    /// 0.
    reserved: U16,
    sequence: U64,
    payload: U64,
    header: U32,
}

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    /// The record's number in the whole log, counted from 1.
    pub(crate) sequence: u64,
    /// Bytes of payload.
    pub(crate) length: usize,
    checksum: u64,
}

impl Frame {
    /// Reads the header that lies at `offset`; `None` where there is none.
    pub(crate) fn read(bytes: &[u8], salt: u64, offset: u64) -> Option<Self> {
        let (header, _) = FrameHeader::ref_from_prefix(bytes).ok()?;
        let length = header.length.get() as usize;
        let stands = header.magic == MAGIC && header.header.get() == header_sum(header, salt, offset);
        (stands && length <= MAX_PAYLOAD).then(|| Self {
            kind: Kind::of(header.kind.get()),
            sequence: header.sequence.get(),
            length,
            checksum: header.payload.get(),
        })
    }

    /// Whether a payload is the one that the header was written for.
    pub(crate) fn is_of(&self, payload: &[u8], salt: u64, offset: u64) -> bool {
        payload.len() == self.length && xxh3_64_with_seed(payload, seed(salt, offset)) == self.checksum
    }

    /// A whole record, to be written at `offset`; `None` for a payload that is too long.
    pub(crate) fn write(kind: Kind, sequence: u64, payload: &[u8], salt: u64, offset: u64) -> Option<Vec<u8>> {
        let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= MAX_PAYLOAD)?;
        let mut header = FrameHeader {
            magic: MAGIC,
            length: U32::new(length),
            kind: U16::new(kind.code()),
            reserved: U16::new(0),
            sequence: U64::new(sequence),
            payload: U64::new(xxh3_64_with_seed(payload, seed(salt, offset))),
            header: U32::new(0),
        };
        header.header = U32::new(header_sum(&header, salt, offset));
        let mut record = Vec::with_capacity(HEADER + payload.len());
        record.extend_from_slice(header.as_bytes());
        record.extend_from_slice(payload);
        Some(record)
    }
}

fn seed(salt: u64, offset: u64) -> u64 {
    salt.wrapping_add(offset)
}

/// The checksum of all fields but itself.
fn header_sum(header: &FrameHeader, salt: u64, offset: u64) -> u32 {
    let mut bytes = *header;
    bytes.header = U32::new(0);
    (xxh3_64_with_seed(bytes.as_bytes(), seed(salt, offset)) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_seen() {
        let record = Frame::write(Kind::Entries, 7, b"what was seen", 5, 96).unwrap();
        let frame = Frame::read(&record, 5, 96).unwrap();
        assert_eq!((frame.kind, frame.sequence, frame.length), (Kind::Entries, 7, 13));
        assert!(frame.is_of(&record[HEADER..], 5, 96));
        for bit in 0..record.len() * 8 {
            let mut flipped = record.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let stands = Frame::read(&flipped, 5, 96).is_some_and(|frame| frame.is_of(&flipped[HEADER..], 5, 96));
            assert!(!stands, "bit {bit}");
        }
        assert!(Frame::read(&record, 6, 96).is_none() && Frame::read(&record, 5, 97).is_none(), "of another place");
        assert!(Frame::read(&record[..HEADER - 1], 5, 96).is_none());
    }
}
