//! Where below a tag a manifest lies.

use std::fmt;

use forebear_image::limits::MAX_BELOW_TAG;
use serde::{Deserialize, Serialize};

/// How many indexes a manifest lies in, and how many manifests may be asked for
/// below it.
///
/// A tag has [`MAX_BELOW_TAG`] of them. An index's own entries come first, in their
/// order; those of them that may be indexes share what is left, each as much as
/// the others. So the same ones are asked for in every run, whichever comes first.
///
/// Serialises as one number, which is that of the indexes where nothing was used
/// up: as tasks were written before there was a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "u32", from = "u32")]
pub struct Depth {
    indexes: u8,
    /// Of what a tag has, what is gone.
    used: u16,
}

/// Bits for the number of indexes.
const INDEXES: u32 = 3;

impl Depth {
    /// What a tag leads to.
    pub const TAG: Self = Self::inside(0);

    /// Inside this many indexes, with all that a tag has.
    #[must_use]
    pub const fn inside(indexes: u8) -> Self {
        Self { indexes, used: 0 }
    }

    /// How many indexes it lies in.
    #[must_use]
    pub fn indexes(self) -> u8 {
        self.indexes
    }

    /// How many manifests may be asked for below it.
    #[must_use]
    pub fn room(self) -> usize {
        MAX_BELOW_TAG.saturating_sub(usize::from(self.used))
    }

    /// Of an entry of the index that is here, of which so many are asked for: with
    /// an equal share of what is left, where so many share it; with nothing where
    /// it is none of them.
    #[must_use]
    pub fn entry(self, asked: usize, sharing: Option<usize>) -> Self {
        let share = sharing.map_or(0, |sharing| self.room().saturating_sub(asked) / sharing.max(1));
        let used = u16::try_from(MAX_BELOW_TAG.saturating_sub(share)).unwrap_or(u16::MAX);
        Self { indexes: self.indexes.saturating_add(1), used }
    }
}

impl fmt::Display for Depth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.indexes.fmt(f)
    }
}

impl From<Depth> for u32 {
    fn from(Depth { indexes, used }: Depth) -> Self {
        Self::from(used) << INDEXES | Self::from(indexes) & ((1 << INDEXES) - 1)
    }
}

impl From<u32> for Depth {
    fn from(number: u32) -> Self {
        let indexes = u8::try_from(number & ((1 << INDEXES) - 1)).unwrap_or(u8::MAX);
        Self { indexes, used: u16::try_from(number >> INDEXES).unwrap_or(u16::MAX) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p411_what_a_tag_has_is_shared_below_it() {
        // Forty indexes of forty of forty.
        let first = Depth::TAG.entry(40, Some(40));
        let second = first.entry(40, Some(40));
        let third = second.entry(2, None);
        assert_eq!([Depth::TAG, first, second, third].map(Depth::room), [5_000, 124, 2, 0]);
        assert_eq!([Depth::TAG, first, second, third].map(Depth::indexes), [0, 1, 2, 3]);
        assert!(40 + 40 * 40 + 40 * 40 * second.room() <= MAX_BELOW_TAG);
        assert_eq!(Depth::TAG.entry(5_000, Some(5_000)).room(), 0);
        assert_eq!(Depth::TAG.entry(1, Some(1)).room(), 4_999);
    }

    /// A task of a run that an earlier version began is read as it was meant.
    #[test]
    fn p411_tasks_of_old_are_read() {
        for indexes in 0..5_u8 {
            let depth: Depth = postcard::from_bytes(&[indexes]).unwrap();
            assert_eq!(depth, Depth::inside(indexes));
            assert_eq!(postcard::to_allocvec(&depth).unwrap(), [indexes]);
        }
        for depth in [Depth::TAG.entry(40, Some(40)), Depth::TAG.entry(5_000, None), Depth::inside(4)] {
            let bytes = postcard::to_allocvec(&depth).unwrap();
            assert_eq!(postcard::from_bytes::<Depth>(&bytes).unwrap(), depth);
        }
    }
}
