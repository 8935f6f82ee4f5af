//! All rows as they were at one moment, as if they lay in one file.

use std::sync::Arc;

use forebear_facts::rows::{Key, TextRow, renumber_config, renumber_manifest};

use super::cursor::{KeyedCursor, TextCursor};
use super::file::RowFile;
use super::format::Section;
use super::merge::merge;
use super::numbers::{Numbers, text_keys};
use crate::error::StoreError;

/// Files, and what the numbers of their texts are among the texts of all. What
/// is written afterwards is not in it; what is removed stays open.
#[derive(Debug)]
pub(super) struct Snapshot {
    files: Vec<Arc<RowFile>>,
    numbers: Numbers,
}

impl Snapshot {
    /// Of files in the order of their age, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for a damaged file, as of all that follows.
    pub(super) fn of(files: Vec<Arc<RowFile>>) -> Result<Self, StoreError> {
        Ok(Self { numbers: Numbers::of(&files)?, files })
    }

    /// Keys of all texts, each with the number of the trimmed text.
    pub(super) fn text_keys(
        &self,
        mut each: impl FnMut(&Key, u32) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        merge(text_keys(&self.files)?, |same| each(same.key, self.trimmed(same.newest_at, same.newest)?))
    }

    /// All texts by their SHA-256, numbered in that order.
    pub(super) fn texts(&self, mut each: impl FnMut(TextRow<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let cursors: Result<Vec<_>, _> = self.files.iter().map(TextCursor::new).collect();
        let mut id = 0;
        merge(cursors?, |same| {
            let trimmed = self.trimmed(same.newest_at, &same.newest.keys)?;
            each(TextRow { key: same.key, id, trimmed, text: same.newest.text()? })?;
            // There are no more than were counted.
            id += 1;
            Ok(())
        })
    }

    fn trimmed(&self, file: usize, cursor: &KeyedCursor) -> Result<u32, StoreError> {
        self.numbers.of_file(file, cursor.number()).ok_or_else(|| cursor.file().no_row(Section::TextKeys))
    }

    /// Digests that are not SHA-256, by key.
    pub(super) fn other_digests(
        &self,
        mut each: impl FnMut(&Key, &str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        merge(self.cursors(Section::OtherDigests)?, |same| {
            let text = std::str::from_utf8(same.newest.value());
            each(same.key, text.map_err(|_| same.newest.file().no_row(Section::OtherDigests))?)
        })
    }

    /// Rows of all configs by key.
    pub(super) fn configs(
        &self,
        mut each: impl FnMut(&Key, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut row = Vec::new();
        merge(self.cursors(Section::Configs)?, |same| {
            let no_row = || same.newest.file().no_row(Section::Configs);
            same.newest.value().clone_into(&mut row);
            renumber_config(&mut row, |text| self.numbers.of_file(same.newest_at, text)).ok_or_else(no_row)?;
            each(same.key, &row)
        })
    }

    /// Rows of all manifests by key.
    pub(super) fn manifests(
        &self,
        mut each: impl FnMut(&Key, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut row = Vec::new();
        merge(self.cursors(Section::Manifests)?, |same| {
            let no_row = || same.newest.file().no_row(Section::Manifests);
            same.newest.value().clone_into(&mut row);
            renumber_manifest(&mut row, |text| self.numbers.of_file(same.newest_at, text)).ok_or_else(no_row)?;
            each(same.key, &row)
        })
    }

    /// Where documents lie, by key.
    pub(super) fn places(&self, mut each: impl FnMut(&Key, &[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        merge(self.cursors(Section::Places)?, |same| each(same.key, same.newest.value()))
    }

    /// Reads everything there is.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for the first damage.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.texts(|_| Ok(()))?;
        self.other_digests(|_, _| Ok(()))?;
        self.configs(|_, _| Ok(()))?;
        self.manifests(|_, _| Ok(()))?;
        self.places(|_, _| Ok(()))
    }

    fn cursors(&self, section: Section) -> Result<Vec<KeyedCursor>, StoreError> {
        self.files.iter().map(|file| KeyedCursor::new(file, section)).collect()
    }
}
