//! A file of rows, byte by byte; `docs/store-format.md` draws it.

use std::fmt;

use forebear_facts::rows::VERSION;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::covered::Covered;
use crate::log::{Fingerprint, LogPoint};

/// Begins every file of rows.
pub(super) const MAGIC: [u8; 8] = *b"FOREROWS";

/// Version of what follows. Files of any other are made again.
pub(super) const FORMAT: u32 = 3;

/// A block is closed once it has so many bytes, unpacked. Larger ones would be
/// packed a little better; all files that are merged have one in memory.
pub(super) const BLOCK: usize = 64 * 1024;

/// Unpacked bytes of a block, at most: a row is never divided, and no document
/// makes a row as long as this.
pub(super) const MOST_UNPACKED: usize = 256 * 1024 * 1024;

/// What a file consists of, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// SHA-256 of each text, and the place of the same text without white space
    /// at its ends: 36 bytes each. A text's place among them is its number.
    TextKeys,
    /// The texts, in the same order.
    Texts,
    /// Digests that are not SHA-256: key, text.
    OtherDigests,
    /// Key, row.
    Configs,
    /// Key, row.
    Manifests,
    /// Key of a document, and where it lies in the log ([`PLACE`] bytes). Looked up
    /// one by one, so these lie there as they are, in no blocks.
    Places,
}

/// How many sections there are.
pub(super) const SECTIONS: usize = 6;

/// Bytes that say where a document lies.
pub const PLACE: usize = 13;

impl Section {
    /// Bytes of a record where all have the same; others are preceded by their
    /// length.
    pub(super) fn record_size(self) -> Option<usize> {
        match self {
            Self::TextKeys => Some(32 + 4),
            Self::Places => Some(32 + PLACE),
            Self::Texts | Self::OtherDigests | Self::Configs | Self::Manifests => None,
        }
    }

    /// Whether its records lie in blocks, packed.
    pub(super) fn is_packed(self) -> bool {
        match self {
            Self::TextKeys | Self::Texts | Self::OtherDigests | Self::Configs | Self::Manifests => true,
            Self::Places => false,
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TextKeys => "keys of texts",
            Self::Texts => "texts",
            Self::OtherDigests => "digests that are not SHA-256",
            Self::Configs => "configs",
            Self::Manifests => "manifests",
            Self::Places => "places of documents",
        })
    }
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
            #[repr(C)]
            pub(super) struct $name { $(pub(super) $field: $kind,)* }
        )*
    };
}

records! {
    /// Begins a file. `checksum` is XXH3 of what comes before it.
    Header {
        magic: [u8; 8],
        format: U32,
        rows: U32,
        from: U64,
        to: U64,
        level: U32,
        reserved: U32,
        log_before: U64,
        log: U64,
        checksum: U64,
    }

    /// Begins a block. `checksum` is XXH3 of the packed bytes, with the block's
    /// offset as its seed: a block in another's place is none.
    BlockHead {
        unpacked: U32,
        packed: U32,
        checksum: U64,
    }

    /// A section. `checksum` is XXH3 of the heads of its blocks; of one without
    /// blocks, of all of it.
    Span {
        offset: U64,
        length: U64,
        records: U64,
        checksum: U64,
    }

    /// Ends a file. `checksum` is XXH3 of what comes before it in here, with the
    /// header's checksum as its seed.
    Trailer {
        spans: [Span; SECTIONS],
        length: U64,
        checksum: U64,
    }
}

/// Bytes before the first block.
pub(super) const HEADER: u64 = size_of::<Header>() as u64;

/// Bytes after the last block.
pub(super) const TRAILER: u64 = size_of::<Trailer>() as u64;

/// Bytes of the checksum that ends header and trailer.
const CHECKSUM: usize = size_of::<U64>();

impl Header {
    pub(super) fn new(covered: Covered) -> Self {
        let mut header = Self {
            magic: MAGIC,
            format: U32::new(FORMAT),
            rows: U32::new(VERSION),
            from: U64::new(covered.from()),
            to: U64::new(covered.to.sequence),
            level: U32::new(covered.level),
            reserved: U32::new(0),
            log_before: U64::new(covered.after.fingerprint.0),
            log: U64::new(covered.to.fingerprint.0),
            checksum: U64::new(0),
        };
        header.checksum = U64::new(header.sum());
        header
    }

    pub(super) fn sum(&self) -> u64 {
        xxh3_64(before_checksum(self.as_bytes()))
    }

    pub(super) fn covered(&self) -> Covered {
        let point = |sequence, log: U64| LogPoint { sequence, fingerprint: Fingerprint(log.get()) };
        Covered {
            after: point(self.from.get().saturating_sub(1), self.log_before),
            to: point(self.to.get(), self.log),
            level: self.level.get(),
        }
    }
}

impl Trailer {
    pub(super) fn new(spans: [Span; SECTIONS], length: u64, header: &Header) -> Self {
        let mut trailer = Self { spans, length: U64::new(length), checksum: U64::new(0) };
        trailer.checksum = U64::new(trailer.sum(header));
        trailer
    }

    pub(super) fn sum(&self, header: &Header) -> u64 {
        xxh3_64_with_seed(before_checksum(self.as_bytes()), header.checksum.get())
    }
}

impl BlockHead {
    pub(super) fn sum(packed: &[u8], offset: u64) -> u64 {
        xxh3_64_with_seed(packed, offset)
    }
}

fn before_checksum(bytes: &[u8]) -> &[u8] {
    bytes.split_last_chunk::<CHECKSUM>().map_or(bytes, |(before, _)| before)
}
