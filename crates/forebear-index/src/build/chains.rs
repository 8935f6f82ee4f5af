//! Stacks of anything as paths in a trie, while they come in.
//!
//! A prefix is found by a fingerprint of all it consists of, so a stack whose
//! lower part is known costs one look-up for that part, whatever its length,
//! and one for each item that is new. Ids given here do not outlive the build.

use crate::error::IndexError;

use super::column::Column;
use super::prints::{Print, Prints};

/// Longest item, in bytes.
const MAX_ITEM: usize = 64;

/// A trie in order of arrival: a node's parent has a smaller id.
#[derive(Debug)]
pub(super) struct Chains {
    known: Prints,
    pub(super) parents: Column<u32>,
    scratch: Vec<Print>,
    sealed: bool,
}

impl Chains {
    /// The root alone, id 0.
    pub(super) fn new() -> Self {
        Self { known: Prints::default(), parents: Column::from(vec![super::NONE]), scratch: Vec::new(), sealed: false }
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
        let mut print = Print::NONE;
        for item in items {
            print = self.extend(print, item.as_ref());
            self.scratch.push(print);
        }
        let known = self.scratch.iter().enumerate().rev();
        let known =
            known.map(|(position, print)| Some((position + 1, self.known.find(*print)?))).find_map(|found| found);
        let (depth, mut node) = known.unwrap_or((0, 0));
        for (position, print) in self.scratch.iter().enumerate().skip(depth) {
            let id = self.parents.next(what)?;
            self.parents.push(node);
            self.known.insert(*print, id);
            added(position)?;
            node = id;
        }
        Ok(node)
    }

    /// Lets go of what finding prefixes takes, until it is needed again.
    pub(super) fn seal(&mut self) {
        self.known = Prints::default();
        self.sealed = true;
    }

    /// Makes [`Chains::insert`] possible again. `item` gives each node's own.
    pub(super) fn open<I: AsRef<[u8]>>(&mut self, item: impl Fn(u32) -> I) {
        if !std::mem::take(&mut self.sealed) {
            return;
        }
        let mut prints = Column::from(vec![Print::NONE]);
        for (id, parent) in self.parents.entries().skip(1) {
            let print = self.extend(prints.get(*parent), item(id).as_ref());
            prints.push(print);
        }
        for (id, print) in prints.entries().skip(1) {
            self.known.insert(*print, id);
        }
    }

    /// The fingerprint of a stack with one item more.
    fn extend(&self, below: Print, item: &[u8]) -> Print {
        let mut bytes = [0; 16 + MAX_ITEM];
        let length = item.len().min(MAX_ITEM);
        if let Some((start, rest)) = bytes.split_first_chunk_mut::<16>() {
            *start = below.bytes();
            if let (Some(to), Some(from)) = (rest.get_mut(..length), item.get(..length)) {
                to.copy_from_slice(from);
            }
        }
        self.known.of(bytes.get(..16 + length).unwrap_or_default())
    }

    /// Keeps the shape and lets go of what finding prefixes took.
    pub(super) fn into_parents(self) -> Column<u32> {
        self.parents
    }
}
