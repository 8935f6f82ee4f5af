//! Which images this run has counted, in bounded memory.

use forebear_image::Digest;

/// Bits of the filter: 16 MiB, of which the system gives what is touched.
const BITS: u64 = 1 << 27;
/// Bits set for each digest.
const MARKS: usize = 4;

/// A Bloom filter over digests: a report's counts need no more, and memory
/// stays the same whatever is crawled. Of a million images it takes fewer than
/// one for known that is not; of ten million, one in two hundred.
#[derive(Debug)]
pub(super) struct DigestFilter {
    words: Vec<u64>,
}

impl DigestFilter {
    pub(super) fn new() -> Self {
        Self { words: vec![0; (BITS / 64) as usize] }
    }

    /// Marks a digest; true the first time.
    pub(super) fn first(&mut self, digest: &Digest) -> bool {
        let mut first = false;
        // A digest is as random as any hash of it.
        for mark in digest.as_bytes().chunks_exact(8).take(MARKS) {
            let bit = mark.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes)) % BITS;
            if let Some(word) = self.words.get_mut((bit / 64) as usize) {
                first |= *word & (1 << (bit % 64)) == 0;
                *word |= 1 << (bit % 64);
            }
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_are_told_apart() {
        let mut filter = DigestFilter::new();
        let digests: Vec<Digest> = (0_u32..100_000).map(|n| Digest::sha256(&n.to_le_bytes())).collect();
        assert_eq!(digests.iter().filter(|digest| filter.first(digest)).count(), digests.len());
        assert_eq!(digests.iter().filter(|digest| filter.first(digest)).count(), 0);
    }
}
