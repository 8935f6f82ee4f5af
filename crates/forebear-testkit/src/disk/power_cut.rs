//! What is left after a power cut.

use std::sync::PoisonError;

use super::file::Change;
use super::{NameChange, SimDisk};

/// Numbers that are the same for the same seed.
struct Fate(u64);

impl Fate {
    /// The next number below `below`.
    fn next(&mut self, below: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}

impl SimDisk {
    /// Cuts the power: of what was not synced some is kept, some lost, some torn, by
    /// `seed`. Whoever has a file open should be gone.
    pub fn cut_power(&self, seed: u64) {
        let mut fate = Fate(seed);
        let mut state = self.state();
        let changes = std::mem::take(&mut state.unsynced);
        let kept = fate.next(changes.len() as u64 + 1);
        let mut names = state.synced.clone();
        for change in changes.into_iter().take(usize::try_from(kept).unwrap_or(usize::MAX)) {
            match change {
                NameChange::Made(path, content) => _ = names.insert(path, content),
                NameChange::Removed(path) => _ = names.remove(&path),
                NameChange::Renamed(from, to) => {
                    if let Some(content) = names.remove(&from) {
                        names.insert(to, content);
                    }
                }
            }
        }
        for content in names.values() {
            let mut content = content.lock().unwrap_or_else(PoisonError::into_inner);
            content.cut_power(|change| match (fate.next(3), change) {
                (0, _) => None,
                (1, Change::Written { offset, bytes }) => {
                    let part = usize::try_from(fate.next(bytes.len() as u64 + 1)).unwrap_or_default();
                    Some(Change::Written { offset: *offset, bytes: bytes.iter().copied().take(part).collect() })
                }
                (_, change) => Some(change.clone()),
            });
        }
        (state.synced, state.names) = (names.clone(), names);
    }
}
