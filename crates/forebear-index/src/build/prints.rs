//! Ids by a fingerprint of what they stand for.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_128_with_seed;

/// A table from 96-bit fingerprints to ids.
///
/// Fingerprint and id lie side by side, so that looking up and growing touch
/// nothing else: memory is what bounds a build. The seed is drawn anew for
/// each table: nobody can prepare values that collide, and by chance two of
/// fifty million do so once in 60,000 billion builds.
#[derive(Debug)]
pub(super) struct Prints {
    /// Fingerprint above, id in the low 32 bits.
    table: HashTable<u128>,
    seed: u64,
}

/// A fingerprint, in the high 96 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Print(u128);

const ID: u128 = 0xffff_ffff;

impl Default for Prints {
    fn default() -> Self {
        Self { table: HashTable::new(), seed: RandomState::new().hash_one(0) }
    }
}

impl Print {
    /// Of nothing: what chains begin with.
    pub(super) const NONE: Self = Self(0);

    /// Its bytes, to be part of a longer value.
    pub(super) fn bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }
}

impl Prints {
    /// The fingerprint of a value.
    #[inline]
    pub(super) fn of(&self, bytes: &[u8]) -> Print {
        Print(xxh3_128_with_seed(bytes, self.seed) & !ID)
    }

    /// The id under a fingerprint.
    #[inline]
    pub(super) fn find(&self, print: Print) -> Option<u32> {
        let found = self.table.find(hash(print.0), |entry| entry & !ID == print.0)?;
        Some((found & ID) as u32)
    }

    /// Puts an id under a fingerprint that has none.
    #[inline]
    pub(super) fn insert(&mut self, print: Print, id: u32) {
        self.table.insert_unique(hash(print.0), print.0 | u128::from(id), |entry| hash(*entry));
    }
}

/// The part of an entry that says where it lies.
fn hash(entry: u128) -> u64 {
    (entry >> 64) as u64
}
