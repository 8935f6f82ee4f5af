//! Where documents lie in the log: the one thing that is looked up in these files.
//!
//! They are compared with their checksum when the folder is opened, not when one is
//! looked up. Whoever follows one finds the digest there, or counts the document as
//! never fetched.

use std::sync::Arc;

use forebear_facts::rows::Key;

use super::cache::RowCache;
use super::cursor::KeyedCursor;
use super::file::RowFile;
use super::format::{PLACE, Section};
use super::merge::merge;
use crate::error::StoreError;

/// What is told of each document.
pub type EachPlace<'a> = &'a mut dyn FnMut(&Key, [u8; PLACE]) -> Result<(), StoreError>;

/// Stands in the place of one that is forgotten.
const FORGOTTEN: [u8; PLACE] = [0xff; PLACE];
/// Records read at once: those around the place where a key is to be expected.
const WINDOW: u64 = 96;
/// Guesses before the rest is halved each time: digests are spread evenly, unless
/// somebody took great pains.
const GUESSES: u32 = 6;

impl RowCache {
    /// Keeps where a document lies. It takes the place of what was known before.
    pub fn put_place(&self, key: &Key, place: [u8; PLACE]) {
        self.state().buffer.places.insert(*key, place);
    }

    /// Forgets where a document lies.
    pub fn forget_place(&self, key: &Key) {
        self.put_place(key, FORGOTTEN);
    }

    /// Where a document lies; `None` for one that is not known. A file that cannot be
    /// read is given up: the next opening makes it again, and what it had counts as
    /// never fetched until then.
    #[must_use]
    pub fn place(&self, key: &Key) -> Option<[u8; PLACE]> {
        let mut state = self.state();
        let mut found = state.buffer.places.get(key).copied();
        // The newest first.
        let mut files = state.files.iter().rev();
        let mut damaged = None;
        while found.is_none()
            && let Some(file) = files.next()
        {
            match find(file, key) {
                Ok(place) => found = place,
                Err(error) => damaged = Some(error),
            }
        }
        if let Some(error) = damaged
            && !state.is_damaged
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "rows are made again by the next process");
            state.is_damaged = self.forget_damaged(&error);
        }
        found.filter(|place| *place != FORGOTTEN)
    }

    /// Where all documents lie, in no order.
    ///
    /// # Errors
    /// [`StoreError::Rows`] for a file that is damaged, and those of `each`.
    pub fn each_place(&self, each: EachPlace<'_>) -> Result<(), StoreError> {
        let (files, buffered) = {
            let state = self.state();
            (state.files.clone(), state.buffer.places.clone())
        };
        let cursors: Result<Vec<_>, _> = files.iter().map(|file| KeyedCursor::new(file, Section::Places)).collect();
        merge(cursors?, |same| match same.newest.value().first_chunk() {
            Some(place) if !buffered.contains_key(same.key) && *place != FORGOTTEN => each(same.key, *place),
            Some(_) | None => Ok(()),
        })?;
        buffered.iter().filter(|(_, place)| **place != FORGOTTEN).try_for_each(|(key, place)| each(key, *place))
    }
}

/// Where a file says that a document lies.
fn find(file: &Arc<RowFile>, key: &Key) -> Result<Option<[u8; PLACE]>, StoreError> {
    const RECORD: usize = size_of::<Key>() + PLACE;
    let span = file.span(Section::Places);
    let count = span.records.get();
    if span.length.get() != count.saturating_mul(RECORD as u64) {
        return Err(file.no_row(Section::Places));
    }
    let (mut low, mut high) = (0, count);
    let (mut guess, mut guesses) = (share(front(key), count), 0);
    let mut bytes = [0; WINDOW as usize * RECORD];
    while low < high {
        let start = guess.saturating_sub(WINDOW / 2).clamp(low, high.saturating_sub(WINDOW).max(low));
        let length = (high - start).min(WINDOW) as usize * RECORD;
        let window = bytes.get_mut(..length).unwrap_or_default();
        file.read(window, span.offset.get() + start * RECORD as u64)?;
        let (records, _) = window.as_chunks::<RECORD>();
        let key_of = |record: &[u8; RECORD]| record.first_chunk().copied().unwrap_or_default();
        let (first, last) = match records {
            [first, .., last] => (key_of(first), key_of(last)),
            [only] => (key_of(only), key_of(only)),
            [] => return Ok(None),
        };
        guesses += 1;
        if *key < first {
            high = start;
            guess = start.saturating_sub(share(front(&first) - front(key), count));
        } else if *key > last {
            low = start + records.len() as u64;
            guess = low.saturating_add(share(front(key) - front(&last), count));
        } else {
            let at = records.binary_search_by(|record| key_of(record).cmp(key)).ok();
            return Ok(at.and_then(|at| records.get(at)?.last_chunk().copied()));
        }
        if guesses > GUESSES {
            guess = low + (high - low) / 2;
        }
    }
    Ok(None)
}

/// The first bytes of a key, as a number.
fn front(key: &Key) -> u64 {
    key.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// How many of `count` keys there are in this part of all, where they are spread evenly.
fn share(part: u64, count: u64) -> u64 {
    ((u128::from(part) * u128::from(count)) >> 64) as u64
}
