//! A place in sorted records, to be merged with others.

use std::sync::Arc;

use forebear_facts::rows::Key;

use super::file::RowFile;
use super::format::Section;
use super::records::Records;
use crate::error::StoreError;

/// Something sorted that is gone through once.
pub(super) trait Cursor {
    /// Key of what it is at; `None` at the end.
    fn key(&self) -> Option<Key>;

    /// Goes on.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for a file that is damaged.
    fn advance(&mut self) -> Result<(), StoreError>;
}

/// In a section of records that begin with their keys.
pub(super) struct KeyedCursor {
    records: Records,
    section: Section,
    key: Option<Key>,
}

impl KeyedCursor {
    /// Begins at the first record.
    pub(super) fn new(file: &Arc<RowFile>, section: Section) -> Result<Self, StoreError> {
        let mut cursor = Self { records: Records::new(file, section)?, section, key: None };
        cursor.advance()?;
        Ok(cursor)
    }

    pub(super) fn file(&self) -> &RowFile {
        self.records.file()
    }

    /// What stands behind the key.
    pub(super) fn value(&self) -> &[u8] {
        self.records.record().get(size_of::<Key>()..).unwrap_or_default()
    }

    /// The value as a number of the file; "none" where it is none.
    pub(super) fn number(&self) -> u32 {
        self.value().first_chunk().map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes))
    }
}

impl Cursor for KeyedCursor {
    fn key(&self) -> Option<Key> {
        self.key
    }

    fn advance(&mut self) -> Result<(), StoreError> {
        let before = self.key.take();
        if self.records.advance()? {
            let key = self.records.record().first_chunk().copied();
            // What is not sorted would be merged wrongly, and without a word.
            let key = key.filter(|key| before.is_none_or(|before| before < *key));
            self.key = Some(key.ok_or_else(|| self.records.file().no_row(self.section))?);
        }
        Ok(())
    }
}

/// In texts and their keys, side by side.
pub(super) struct TextCursor {
    pub(super) keys: KeyedCursor,
    texts: Records,
}

impl TextCursor {
    /// Begins at the first text.
    pub(super) fn new(file: &Arc<RowFile>) -> Result<Self, StoreError> {
        let keys = KeyedCursor::new(file, Section::TextKeys)?;
        let mut cursor = Self { keys, texts: Records::new(file, Section::Texts)? };
        cursor.follow()?;
        Ok(cursor)
    }

    pub(super) fn text(&self) -> Result<&str, StoreError> {
        std::str::from_utf8(self.texts.record()).map_err(|_| self.texts.file().no_row(Section::Texts))
    }

    /// Lets the texts follow the keys.
    fn follow(&mut self) -> Result<(), StoreError> {
        if self.texts.advance()? == self.keys.key().is_some() {
            Ok(())
        } else {
            Err(self.texts.file().no_row(Section::Texts))
        }
    }
}

impl Cursor for TextCursor {
    fn key(&self) -> Option<Key> {
        self.keys.key()
    }

    fn advance(&mut self) -> Result<(), StoreError> {
        self.keys.advance()?;
        self.follow()
    }
}
