//! Several sorted things as one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use forebear_facts::rows::Key;

use super::cursor::Cursor;
use crate::error::StoreError;

/// What several files have under one key.
pub(super) struct Same<'a, C> {
    pub(super) key: &'a Key,
    /// Which cursors are at it, the oldest first.
    pub(super) at: &'a [usize],
    /// The last of them.
    pub(super) newest: &'a C,
    /// Which one that is.
    pub(super) newest_at: usize,
}

/// Goes through all that is sorted in ascending order of keys. Cursors are in
/// the order of their age, the oldest first.
///
/// # Errors
/// Those of the cursors, and of `each`.
pub(super) fn merge<C: Cursor>(
    mut cursors: Vec<C>,
    mut each: impl FnMut(Same<'_, C>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let firsts = cursors.iter().enumerate();
    let mut heap: BinaryHeap<Reverse<(Key, usize)>> =
        firsts.filter_map(|(at, cursor)| Some(Reverse((cursor.key()?, at)))).collect();
    let mut same = Vec::new();
    while let Some(Reverse((key, oldest))) = heap.pop() {
        same.clear();
        same.push(oldest);
        while let Some(next) = heap.peek_mut().filter(|next| next.0.0 == key) {
            same.push(PeekMut::pop(next).0.1);
        }
        let newest_at = same.last().copied().unwrap_or(oldest);
        if let Some(newest) = cursors.get(newest_at) {
            each(Same { key: &key, at: &same, newest, newest_at })?;
        }
        for at in &same {
            let Some(cursor) = cursors.get_mut(*at) else { continue };
            cursor.advance()?;
            if let Some(next) = cursor.key() {
                heap.push(Reverse((next, *at)));
            }
        }
    }
    Ok(())
}
