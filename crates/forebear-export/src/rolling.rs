//! Rolling hashes over the steps of a history: two histories that have one in common at a
//! position are the same up to there.

use forebear_image::HistoryEntry;
use sha2::{Digest as _, Sha256};

/// Of a 256-bit hash, what is kept: enough to tell any number of steps apart.
const KEPT: usize = 16;

/// The hashes up to some step.
#[derive(Default)]
pub(crate) struct Rolling {
    exact: [u8; 32],
    text: [u8; 32],
}

impl Rolling {
    /// Goes on by a step; the hash over times and texts, and that over trimmed texts.
    pub(crate) fn push(&mut self, entry: &HistoryEntry) -> (String, String) {
        let created = entry.created.map(|time| time.to_string()).unwrap_or_default();
        self.exact = roll(self.exact, &[&created, &entry.created_by]);
        self.text = roll(self.text, &[entry.created_by.trim()]);
        (shown(&self.exact), shown(&self.text))
    }
}

/// Each part is preceded by its length, so that no two sequences of parts are one text.
fn roll(below: [u8; 32], parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(below);
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

fn shown(hash: &[u8; 32]) -> String {
    hex::encode(hash.get(..KEPT).unwrap_or_default())
}
