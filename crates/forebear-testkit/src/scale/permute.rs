//! A permutation of the numbers below a limit that needs no table: four rounds
//! of Feistel over the next even number of bits, walked until below the limit.

use super::mix::scramble;

#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    limit: u64,
    half: u32,
    seed: u64,
}

const ROUNDS: u64 = 4;

impl Permutation {
    pub(super) fn new(limit: u32, seed: u64) -> Self {
        let limit = u64::from(limit);
        let bits = 64 - limit.saturating_sub(1).leading_zeros();
        Self { limit, half: bits.div_ceil(2).max(1), seed }
    }

    /// Where a number goes.
    pub(super) fn forward(&self, number: u32) -> u32 {
        self.walk(number, |left, right, round| (right, left ^ self.round(right, round)), 0)
    }

    /// Where it came from.
    pub(super) fn backward(&self, number: u32) -> u32 {
        self.walk(number, |left, right, round| (right ^ self.round(left, round), left), ROUNDS - 1)
    }

    fn round(&self, half: u64, round: u64) -> u64 {
        scramble(self.seed ^ half ^ (round << 56)) & ((1 << self.half) - 1)
    }

    fn walk(&self, number: u32, step: impl Fn(u64, u64, u64) -> (u64, u64), first: u64) -> u32 {
        let mut at = u64::from(number);
        if at >= self.limit {
            return number;
        }
        loop {
            let (mut left, mut right) = (at >> self.half, at & ((1 << self.half) - 1));
            for round in 0..ROUNDS {
                (left, right) = step(left, right, first.abs_diff(round));
            }
            at = left << self.half | right;
            if at < self.limit {
                return at as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Permutation;

    #[test]
    fn every_number_once_and_back() {
        for limit in [1, 2, 3, 7, 64, 100, 1_000, 65_537] {
            let permutation = Permutation::new(limit, 5);
            let mut seen = vec![false; limit as usize];
            for number in 0..limit {
                let to = permutation.forward(number);
                assert!(!std::mem::replace(&mut seen[to as usize], true), "{limit}: {to} twice");
                assert_eq!(permutation.backward(to), number, "{limit}");
            }
        }
    }
}
