//! What a segment begins and ends with.

use xxhash_rust::xxh3::xxh3_64;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Bytes before the first record: the header, twice, so that a damage of one
/// place does not cost the segment.
pub(crate) const BEGIN: u64 = 2 * size_of::<Raw>() as u64;
/// Version of segments.
pub(crate) const VERSION: u32 = 1;
const MAGIC: [u8; 8] = *b"FOREFACT";

/// A SHA-256.
pub(crate) type Hash = [u8; 32];

/// A header as it lies in a segment.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
struct Raw {
    magic: [u8; 8],
    version: U32,
    number: U32,
    salt: U64,
    first: U64,
    predecessor: Hash,
    checksum: U64,
}

/// What a segment says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Its number, counted from 1.
    pub(crate) number: u32,
    /// What its checksums are seeded with.
    pub(crate) salt: u64,
    /// No record of it has a smaller number.
    pub(crate) first: u64,
    /// The hash of the segment before, by its seal; zeros for the first.
    pub(crate) predecessor: Hash,
}

/// Why a header is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoHeader {
    /// Neither copy stands.
    Damaged,
    /// A later version's.
    Version(u32),
}

impl Header {
    /// The bytes a segment begins with.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut raw = Raw {
            magic: MAGIC,
            version: U32::new(VERSION),
            number: U32::new(self.number),
            salt: U64::new(self.salt),
            first: U64::new(self.first),
            predecessor: self.predecessor,
            checksum: U64::new(0),
        };
        raw.checksum = U64::new(checksum(&raw));
        [raw.as_bytes(), raw.as_bytes()].concat()
    }

    /// Reads what a segment begins with.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, NoHeader> {
        let copies = bytes.chunks_exact(size_of::<Raw>()).take(2).filter_map(|copy| Raw::ref_from_bytes(copy).ok());
        let raw = copies.into_iter().find(|raw| raw.magic == MAGIC && raw.checksum.get() == checksum(raw));
        let raw = raw.ok_or(NoHeader::Damaged)?;
        if raw.version.get() != VERSION {
            return Err(NoHeader::Version(raw.version.get()));
        }
        Ok(Self {
            number: raw.number.get(),
            salt: raw.salt.get(),
            first: raw.first.get(),
            predecessor: raw.predecessor,
        })
    }
}

fn checksum(raw: &Raw) -> u64 {
    let without = Raw { checksum: U64::new(0), ..*raw };
    xxh3_64(without.as_bytes())
}

/// The payload of the last record of a segment that is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Seal {
    /// Records before it in this segment.
    pub(crate) records: U64,
    /// SHA-256 of all bytes before the seal's record.
    pub(crate) hash: Hash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_copy_is_enough() {
        let header = Header { number: 3, salt: 9, first: 77, predecessor: [5; 32] };
        let bytes = header.to_bytes();
        assert_eq!(bytes.len() as u64, BEGIN);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert_eq!(Header::read(&damaged), Ok(header), "byte {at}");
        }
        assert_eq!(Header::read(&bytes[..bytes.len() - 1]), Ok(header));
        assert_eq!(Header::read(&bytes[..70]), Err(NoHeader::Damaged));
    }
}
