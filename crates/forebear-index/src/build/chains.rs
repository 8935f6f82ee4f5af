//! Stacks of anything as paths in a trie, while they come in.
//!
//! A prefix is found by a 128-bit hash of all it consists of, so a stack whose
//! lower part is known costs one look-up for that part, whatever its length,
//! and one for each item that is new. The seed is drawn anew for each build:
//! nobody can prepare stacks that collide, and ids given here do not outlive
//! the build.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_128_with_seed;

use crate::error::IndexError;

use super::column::Column;

/// Longest item, in bytes.
const MAX_ITEM: usize = 64;

/// A trie in order of arrival: a node's parent has a smaller id.
#[derive(Debug)]
pub(super) struct Chains {
    table: HashTable<u32>,
    hashes: Column<u128>,
    pub(super) parents: Column<u32>,
    seed: u64,
    scratch: Vec<u128>,
}

impl Chains {
    /// The root alone, id 0.
    pub(super) fn new() -> Self {
        Self {
            table: HashTable::new(),
            hashes: Column::from(vec![0]),
            parents: Column::from(vec![super::NONE]),
            seed: RandomState::new().hash_one(0),
            scratch: Vec::new(),
        }
    }

    /// The node of a stack of `items`. `added` is told the position of every
    /// item that is new, in the order of the ids their nodes get.
    pub(super) fn insert<I: AsRef<[u8]>>(
        &mut self,
        what: &'static str,
        items: impl Iterator<Item = I>,
        mut added: impl FnMut(usize) -> Result<(), IndexError>,
    ) -> Result<u32, IndexError> {
        self.scratch.clear();
        let mut hash: u128 = 0;
        for item in items {
            hash = self.extend(hash, item.as_ref());
            self.scratch.push(hash);
        }
        let known = self.scratch.iter().enumerate().rev().find_map(|(position, hash)| {
            let found = self.table.find(short(*hash), |id| self.hashes.get(*id) == *hash)?;
            Some((position + 1, *found))
        });
        let (depth, mut node) = known.unwrap_or((0, 0));
        for position in depth..self.scratch.len() {
            let Some(hash) = self.scratch.get(position).copied() else { break };
            let id = self.parents.next(what)?;
            self.parents.push(node);
            self.hashes.push(hash);
            let hashes = &self.hashes;
            self.table.insert_unique(short(hash), id, |id| short(hashes.get(*id)));
            added(position)?;
            node = id;
        }
        Ok(node)
    }

    /// The hash of a stack with one item more.
    fn extend(&self, below: u128, item: &[u8]) -> u128 {
        let mut bytes = [0; 16 + MAX_ITEM];
        let length = item.len().min(MAX_ITEM);
        if let Some((start, rest)) = bytes.split_first_chunk_mut::<16>() {
            *start = below.to_le_bytes();
            if let (Some(to), Some(from)) = (rest.get_mut(..length), item.get(..length)) {
                to.copy_from_slice(from);
            }
        }
        xxh3_128_with_seed(bytes.get(..16 + length).unwrap_or_default(), self.seed)
    }

    /// Keeps the shape and lets go of what finding prefixes took.
    pub(super) fn into_parents(self) -> Column<u32> {
        self.parents
    }
}

/// The part of a hash that the table uses.
fn short(hash: u128) -> u64 {
    hash as u64
}
