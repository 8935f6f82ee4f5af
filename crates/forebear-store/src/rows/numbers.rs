//! Numbers of texts across files.

use std::sync::Arc;

use forebear_facts::rows::NONE;

use super::cursor::KeyedCursor;
use super::file::RowFile;
use super::format::Section;
use super::interner::too_many;
use super::merge::merge;
use crate::error::StoreError;

/// For each file and each of its texts, the text's place among the texts of all.
#[derive(Debug)]
pub(super) struct Numbers(Vec<Vec<u32>>);

impl Numbers {
    /// Goes through the keys of all texts once. Takes four bytes a text and file.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for a damaged file; [`StoreError::Row`] where there
    /// are too many texts.
    pub(super) fn of(files: &[Arc<RowFile>]) -> Result<Self, StoreError> {
        let mut all: Vec<Vec<u32>> = files.iter().map(|_| Vec::new()).collect();
        let mut next = 0;
        merge(text_keys(files)?, |same| {
            if next == NONE {
                return Err(too_many());
            }
            for at in same.at {
                if let Some(numbers) = all.get_mut(*at) {
                    numbers.push(next);
                }
            }
            next += 1;
            Ok(())
        })?;
        all.iter_mut().for_each(Vec::shrink_to_fit);
        Ok(Self(all))
    }

    /// The number among all texts of a text that is `number` in a file; `None`
    /// where the file has no such text.
    #[inline]
    pub(super) fn of_file(&self, file: usize, number: u32) -> Option<u32> {
        self.0.get(file)?.get(number as usize).copied()
    }
}

/// The keys of all texts, file by file.
pub(super) fn text_keys(files: &[Arc<RowFile>]) -> Result<Vec<KeyedCursor>, StoreError> {
    files.iter().map(|file| KeyedCursor::new(file, Section::TextKeys)).collect()
}
