//! Texts that rows refer to by number, each kept once.
//!
//! A text lies under its SHA-256, so that they stream in the order an index
//! has them in: number, number of the trimmed text, the text. Numbers are given
//! out in the order texts are first met; the next one is a record of its own,
//! written in the same batch.

use std::collections::HashMap;

use forebear_facts::rows::{self, Key, Texts};
use forebear_image::{ConfigFacts, Digest, ManifestFacts};
use sled::IVec;

use super::error::failed;
use super::keys::{self, Kind};
use crate::error::StoreError;

/// Texts whose number is remembered; most steps of an image are its base's.
const REMEMBERED: usize = 1 << 17;

/// What is known of the numbers of texts.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// The next one; `None` until it was read.
    next: Option<u32>,
    known: HashMap<Key, u32>,
}

impl Numbers {
    /// Forgets what may not be in the database.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Rows and their texts on the way into one batch.
pub(super) struct Writing<'a> {
    database: &'a sled::Db,
    numbers: &'a mut Numbers,
    pub(super) writes: &'a mut sled::Batch,
}

impl<'a> Writing<'a> {
    pub(super) fn new(database: &'a sled::Db, numbers: &'a mut Numbers, writes: &'a mut sled::Batch) -> Self {
        if numbers.known.len() > REMEMBERED {
            numbers.known.clear();
        }
        Self { database, numbers, writes }
    }

    /// Writes a manifest's row, and what a schema 1 manifest says of a config.
    pub(super) fn manifest(&mut self, digest: &Digest, facts: &ManifestFacts) -> Result<(), StoreError> {
        self.identity(digest)?;
        let row = rows::manifest_row(digest, facts, self)?;
        self.writes.insert(keys::digest(Kind::Manifest, digest), row);
        if let ManifestFacts::Schema1 { config, .. } = facts {
            let row = rows::config_row(config, self)?;
            self.writes.insert(keys::schema1(digest), row);
        }
        Ok(())
    }

    /// Writes a config's row.
    pub(super) fn config(&mut self, digest: &Digest, facts: &ConfigFacts) -> Result<(), StoreError> {
        self.identity(digest)?;
        let row = rows::config_row(facts, self)?;
        self.writes.insert(keys::digest(Kind::Config, digest), row);
        Ok(())
    }

    /// Keeps a digest that its key does not say.
    pub(super) fn identity(&mut self, digest: &Digest) -> Result<(), StoreError> {
        match digest {
            Digest::Sha256(_) => Ok(()),
            other => self.other_digest(&other.key(), &other.to_string()),
        }
    }

    /// Writes which number is next.
    pub(super) fn finish(self) {
        if let Some(next) = self.numbers.next {
            self.writes.insert(keys::prefix(Kind::Number, &[]), &next.to_le_bytes());
        }
    }

    fn next(&mut self) -> Result<u32, StoreError> {
        let next = match self.numbers.next {
            Some(next) => next,
            None => {
                self.database.get(keys::prefix(Kind::Number, &[])).map_err(failed)?.map_or(0, |row| number(&row, 0))
            }
        };
        if next == rows::NONE {
            let reason = "there are more than four thousand million of them".to_owned();
            return Err(StoreError::Row { what: "text", reason });
        }
        self.numbers.next = Some(next + 1);
        Ok(next)
    }
}

impl Texts for Writing<'_> {
    type Error = StoreError;

    fn text(&mut self, text: &str) -> Result<u32, StoreError> {
        let key = Digest::sha256(text.as_bytes()).key();
        if let Some(known) = self.numbers.known.get(&key) {
            return Ok(*known);
        }
        let place = keys::prefix(Kind::Text, &key);
        let stored = self.database.get(&place).map_err(failed)?;
        let id = match stored {
            Some(row) => number(&row, 0),
            None => {
                let id = self.next()?;
                let trimmed = if text.trim().len() == text.len() { id } else { self.text(text.trim())? };
                let mut row = id.to_le_bytes().to_vec();
                row.extend_from_slice(&trimmed.to_le_bytes());
                row.extend_from_slice(text.as_bytes());
                self.writes.insert(place, row);
                id
            }
        };
        self.numbers.known.insert(key, id);
        Ok(id)
    }

    fn other_digest(&mut self, key: &Key, text: &str) -> Result<(), StoreError> {
        self.writes.insert(keys::prefix(Kind::OtherDigest, key), text.as_bytes());
        Ok(())
    }
}

/// The 32-bit number at `at` in a row; "none" where the row ends before.
pub(super) fn number(row: &IVec, at: usize) -> u32 {
    let bytes = row.get(at..).and_then(|rest| rest.first_chunk());
    bytes.map_or(rows::NONE, |bytes| u32::from_le_bytes(*bytes))
}
