//! Blocks that were read lately: what is looked up together was mostly written
//! together.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::place::Place;

/// Bytes of blocks that are kept, about.
const KEPT: usize = 4 << 20;

/// The latest blocks.
#[derive(Debug, Default)]
pub(super) struct Blocks(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    blocks: VecDeque<(Place, Arc<Vec<u8>>)>,
    bytes: usize,
}

impl Blocks {
    pub(super) fn get(&self, place: Place) -> Option<Arc<Vec<u8>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.blocks.iter().position(|(other, _)| *other == place)?;
        let found = kept.blocks.remove(at)?;
        let block = Arc::clone(&found.1);
        kept.blocks.push_front(found);
        Some(block)
    }

    /// Forgets all: places may come to be others'.
    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Kept::default();
    }

    pub(super) fn put(&self, place: Place, block: &Arc<Vec<u8>>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += block.len();
        kept.blocks.push_front((place, Arc::clone(block)));
        while kept.bytes > KEPT
            && let Some((_, last)) = kept.blocks.pop_back()
        {
            kept.bytes -= last.len();
        }
    }
}
