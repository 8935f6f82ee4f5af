//! Images picked at random, the same in every run.

use forebear_index::{ImageId, View};

/// SplitMix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    pub(crate) fn image(&mut self, view: &View) -> ImageId {
        ImageId((self.next() % u64::from(view.image_count().max(1))) as u32)
    }
}

/// Its finaliser, which leads no two numbers to one.
pub(crate) fn scramble(word: u64) -> u64 {
    let mut z = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
