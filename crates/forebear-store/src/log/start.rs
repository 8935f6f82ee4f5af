//! Where a log begins: at its first record, or where a copy of all that counts does.

use serde::{Deserialize, Serialize};

/// Where the log begins, or is to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Start {
    /// The segment.
    pub(crate) segment: u32,
    /// Number of its first record.
    pub(crate) sequence: u64,
}

impl Start {
    /// Of a log that was never compacted.
    pub(crate) const FIRST: Self = Self { segment: 1, sequence: 1 };

    pub(crate) fn is_first(&self) -> bool {
        *self == Self::FIRST
    }
}

impl Default for Start {
    fn default() -> Self {
        Self::FIRST
    }
}
