//! Which log it is, up to one of its records.
//!
//! What is derived from a log keeps the fingerprint of the last record that it reflects,
//! and so notices when it comes to lie beside another: one of another store, an older
//! copy, or one that went on otherwise after it was restored.

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::header::Header;

/// A hash of a record's segment and all headers of records in it up to that one.
///
/// The segment's header has the hash of the segment before and a random salt, a record's
/// that of its payload: of two logs that differ anywhere before the record, no two are the
/// same but by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint(
    /// 0 where it is not known.
    pub u64,
);

impl Fingerprint {
    /// Behind damage, and of what was written before there were any.
    pub const UNKNOWN: Self = Self(0);

    /// Before the first record of a segment.
    pub(super) fn of_segment(header: Header) -> Self {
        Self(xxh3_64(&header.to_bytes()))
    }

    /// With one more record, by its header.
    pub(super) fn and(self, header: &[u8]) -> Self {
        match self {
            Self::UNKNOWN => Self::UNKNOWN,
            Self(before) => Self(xxh3_64_with_seed(header, before)),
        }
    }

    /// Whether the two are certainly not of one log.
    pub(crate) fn contradicts(self, other: Self) -> bool {
        self != other && self != Self::UNKNOWN && other != Self::UNKNOWN
    }
}
