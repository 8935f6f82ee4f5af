//! Rows in memory, on their way into a file.

use std::collections::{BTreeMap, HashMap};
use std::mem::size_of;

use forebear_facts::rows::{self, Key, Texts};
use forebear_image::{ConfigFacts, Digest, ManifestFacts};

use super::format::PLACE;
use super::interner::Interner;
use crate::error::StoreError;

/// What was derived since the last file was written.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) texts: Interner,
    pub(super) configs: Rows,
    pub(super) manifests: Rows,
    pub(super) other_digests: BTreeMap<Key, String>,
    /// Where documents lie.
    pub(super) places: HashMap<Key, [u8; PLACE]>,
    /// Bytes of memory that the digests take.
    others: usize,
}

/// Rows in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Rows {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// Where a row lies. Rows that came later lie further back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: Key,
    start: usize,
    end: usize,
}

impl Buffer {
    /// Adds a manifest's row, and what a schema 1 manifest says of a config.
    ///
    /// # Errors
    /// [`StoreError::Row`] where there are too many texts.
    pub(super) fn manifest(&mut self, digest: &Digest, facts: &ManifestFacts) -> Result<(), StoreError> {
        self.identity(digest);
        let row = rows::manifest_row(digest, facts, self)?;
        self.manifests.push(digest.key(), &row);
        if let ManifestFacts::Schema1 { config, .. } = facts {
            let row = rows::config_row(config, self)?;
            self.configs.push(rows::schema1_key(&digest.key()), &row);
        }
        Ok(())
    }

    /// Adds a config's row.
    ///
    /// # Errors
    /// As [`Buffer::manifest`].
    pub(super) fn config(&mut self, digest: &Digest, facts: &ConfigFacts) -> Result<(), StoreError> {
        self.identity(digest);
        let row = rows::config_row(facts, self)?;
        self.configs.push(digest.key(), &row);
        Ok(())
    }

    /// Keeps a digest that its key does not say.
    pub(super) fn identity(&mut self, digest: &Digest) {
        match digest {
            Digest::Sha256(_) => {}
            other => _ = self.other_digest(&other.key(), &other.to_string()),
        }
    }

    /// Bytes of memory that it takes.
    pub(super) fn size(&self) -> usize {
        // Of the places in a hash table, not all are taken.
        let places = 2 * self.places.len() * size_of::<(Key, [u8; PLACE])>();
        self.texts.size() + self.configs.size() + self.manifests.size() + self.others + places
    }

    pub(super) fn is_empty(&self) -> bool {
        self.size() == 0
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.texts.clear();
        self.configs.clear();
        self.manifests.clear();
        self.other_digests.clear();
        self.places.clear();
        self.others = 0;
    }
}

impl Texts for Buffer {
    type Error = StoreError;

    fn text(&mut self, text: &str) -> Result<u32, StoreError> {
        self.texts.number(text)
    }

    fn other_digest(&mut self, key: &Key, text: &str) -> Result<(), StoreError> {
        if !self.other_digests.contains_key(key) {
            self.others += size_of::<(Key, String)>() + text.len();
            self.other_digests.insert(*key, text.to_owned());
        }
        Ok(())
    }
}

impl Rows {
    fn push(&mut self, key: Key, row: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(row);
        self.entries.push(Entry { key, start, end: self.bytes.len() });
    }

    fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.entries.clear();
    }

    /// Rows by key, of several with one key the last.
    pub(super) fn sorted(&self) -> impl Iterator<Item = (Key, &[u8])> {
        let mut sorted = self.entries.clone();
        sorted.sort_unstable();
        let mut sorted = sorted.into_iter().peekable();
        std::iter::from_fn(move || {
            let mut newest = sorted.next()?;
            while let Some(newer) = sorted.next_if(|next| next.key == newest.key) {
                newest = newer;
            }
            Some((newest.key, self.bytes.get(newest.start..newest.end).unwrap_or_default()))
        })
    }
}
