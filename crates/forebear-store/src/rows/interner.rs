//! The texts of the buffer, each once.

use std::hash::{BuildHasher, RandomState};
use std::mem::size_of;

use forebear_facts::rows::NONE;
use hashbrown::HashTable;

use crate::error::StoreError;

/// Texts by numbers that are given out in the order in which texts are met.
///
/// Looked up by a keyed hash of the text itself: its SHA-256, by which files are
/// sorted, is only made of texts that are written. Texts are of foreign origin,
/// so the hash is one that nobody can prepare collisions for.
#[derive(Debug, Default)]
pub(super) struct Interner {
    hasher: RandomState,
    numbers: HashTable<u32>,
    /// All texts, one after another.
    bytes: String,
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    end: usize,
    /// Number of the same text without white space at its ends.
    trimmed: u32,
}

impl Interner {
    /// The number of a text, a new one if it was never met.
    ///
    /// # Errors
    /// [`StoreError::Row`] where there are too many.
    pub(super) fn number(&mut self, text: &str) -> Result<u32, StoreError> {
        let hash = self.hasher.hash_one(text);
        let (bytes, entries) = (&self.bytes, &self.entries);
        if let Some(known) = self.numbers.find(hash, |number| text_of(bytes, entries, *number) == text) {
            return Ok(*known);
        }
        let number = u32::try_from(self.entries.len()).unwrap_or(NONE);
        if number == NONE {
            return Err(too_many());
        }
        let start = self.bytes.len();
        self.bytes.push_str(text);
        self.entries.push(Entry { start, end: self.bytes.len(), trimmed: number });
        let (bytes, entries, hasher) = (&self.bytes, &self.entries, &self.hasher);
        self.numbers.insert_unique(hash, number, |number| hasher.hash_one(text_of(bytes, entries, *number)));
        if text.trim().len() != text.len() {
            let trimmed = self.number(text.trim())?;
            if let Some(entry) = self.entries.get_mut(number as usize) {
                entry.trimmed = trimmed;
            }
        }
        Ok(number)
    }

    /// All texts by number, each with the number of the trimmed one.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.entries.iter().map(|entry| (self.bytes.get(entry.start..entry.end).unwrap_or_default(), entry.trimmed))
    }

    /// Bytes of memory that it takes.
    pub(super) fn size(&self) -> usize {
        // A place in the table is a number and its tag, and not all are taken.
        self.bytes.len() + self.entries.len() * (size_of::<Entry>() + 2 * (size_of::<u32>() + 1))
    }

    /// Forgets all texts and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.numbers.clear();
        self.bytes.clear();
        self.entries.clear();
    }
}

/// That there is no number left.
pub(super) fn too_many() -> StoreError {
    StoreError::Row { what: "text", reason: "there are more than four thousand million of them".to_owned() }
}

fn text_of<'a>(bytes: &'a str, entries: &[Entry], number: u32) -> &'a str {
    entries.get(number as usize).and_then(|entry| bytes.get(entry.start..entry.end)).unwrap_or_default()
}
