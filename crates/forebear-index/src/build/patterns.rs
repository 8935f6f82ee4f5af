//! Which steps of a history made no layer, as a number for each sequence.
//!
//! A node of the history trie stands for histories that mark their steps
//! differently. Whether one does is a comparison of two numbers, so that
//! publishing pays for the few that do.

use crate::error::IndexError;
use crate::format::id_of;

/// Sequences of marks as a binary trie: the number of one is its node.
#[derive(Debug)]
pub(super) struct Patterns {
    /// For each, the one with a step more that made a layer, and with one that
    /// made none; 0, the empty sequence, where neither has come yet.
    longer: Vec<[u32; 2]>,
}

impl Patterns {
    /// The sequence of no steps.
    pub(super) const NONE: u32 = 0;

    pub(super) fn new() -> Self {
        Self { longer: vec![[Self::NONE; 2]] }
    }

    /// The sequence with one step more.
    #[inline]
    pub(super) fn extend(&mut self, pattern: u32, empty: bool) -> Result<u32, IndexError> {
        let next = id_of("sequences of steps", self.longer.len())?;
        let Some(slot) = self.longer.get_mut(pattern as usize).and_then(|both| both.get_mut(usize::from(empty))) else {
            return Ok(Self::NONE);
        };
        if *slot != Self::NONE {
            return Ok(*slot);
        }
        *slot = next;
        self.longer.push([Self::NONE; 2]);
        Ok(next)
    }
}
