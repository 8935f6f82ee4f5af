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
    made: Option<[u8; 32]>,
}

/// The hashes up to and with a step.
pub(crate) struct Prefixes {
    /// Over times and texts.
    pub(crate) exact: String,
    /// Over trimmed texts.
    pub(crate) text: String,
    /// Over times and texts of those that made a layer; `None` where none did.
    pub(crate) made: Option<String>,
}

impl Rolling {
    /// Goes on by a step. `created` is its time as text.
    pub(crate) fn push(&mut self, entry: &HistoryEntry, created: Option<&str>) -> Prefixes {
        let step = [created.unwrap_or_default(), entry.created_by.as_str()];
        self.exact = roll(self.exact, &step);
        self.text = roll(self.text, &[entry.created_by.trim()]);
        if !entry.empty {
            self.made = Some(roll(self.made.unwrap_or_default(), &step));
        }
        Prefixes { exact: shown(&self.exact), text: shown(&self.text), made: self.made.as_ref().map(shown) }
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
