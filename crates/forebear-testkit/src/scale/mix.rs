//! Chance that is the same every time: numbers and digests from what they are for.

use forebear_facts::rows::Key;

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
pub(super) fn scramble(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One number from several, in their order.
pub(super) fn mix(words: &[u64]) -> u64 {
    words.iter().fold(0, |state, word| scramble(state ^ word))
}

/// Thirty-two bytes from a number; the first eight as given.
pub(super) fn key(first: u64, seed: u64) -> Key {
    let mut key = [0; 32];
    let words = [first, scramble(seed), scramble(seed ^ 0x5851), scramble(seed ^ 0xf42d)];
    for (to, word) in key.chunks_exact_mut(8).zip(words) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    key
}

/// A row of random numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn new(words: &[u64]) -> Self {
        Self(mix(words))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// From 0 to 1, the latter excluded.
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Below `limit`; 0 where that is 0.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u32
    }

    pub(super) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of those, as often as their weights say.
    pub(super) fn weighted<T: Copy + Default>(&mut self, table: &[(u32, T)]) -> T {
        let total = table.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(total);
        for (weight, value) in table {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        T::default()
    }

    /// One of a list.
    pub(super) fn one<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list.get(self.below(list.len() as u32) as usize).copied().unwrap_or_default()
    }

    /// A number whose quantiles are these (share, value), straight between.
    pub(super) fn quantile(&mut self, table: &[(f64, f64)]) -> f64 {
        let at = self.unit();
        let mut below = (0.0, 0.0);
        for point in table {
            if at < point.0 {
                let share = (at - below.0) / (point.0 - below.0);
                return below.1 + share * (point.1 - below.1);
            }
            below = *point;
        }
        below.1
    }
}
