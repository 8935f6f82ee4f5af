//! A sum over rows, in whatever order: a database that has dropped one of them
//! without a word is found out when they are read.

use xxhash_rust::xxh3::xxh3_128;

/// How many rows, and a sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    count: u64,
    sum: u128,
}

/// Bytes of one.
pub(super) const BYTES: usize = 24;

impl Sum {
    pub(crate) fn add(&mut self, row: &[u8]) {
        self.count = self.count.wrapping_add(1);
        self.sum = self.sum.wrapping_add(xxh3_128(row));
    }

    pub(super) fn take(&mut self, row: &[u8]) {
        self.count = self.count.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(xxh3_128(row));
    }

    /// This and another.
    pub(super) fn and(self, other: Self) -> Self {
        Self { count: self.count.wrapping_add(other.count), sum: self.sum.wrapping_add(other.sum) }
    }

    pub(super) fn to_bytes(self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        let parts = self.count.to_le_bytes().into_iter().chain(self.sum.to_le_bytes());
        bytes.iter_mut().zip(parts).for_each(|(slot, byte)| *slot = byte);
        bytes
    }

    pub(super) fn read(bytes: &[u8; BYTES]) -> Option<Self> {
        let (count, sum) = bytes.split_first_chunk::<8>()?;
        Some(Self { count: u64::from_le_bytes(*count), sum: u128::from_le_bytes(sum.try_into().ok()?) })
    }
}
