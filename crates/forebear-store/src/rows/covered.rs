//! Which part of which log a file reflects.

use crate::log::LogPoint;

/// Records of the log whose rows are in a file, and how often the rows were
/// merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    /// The last record before them.
    pub(super) after: LogPoint,
    /// The last of them.
    pub(super) to: LogPoint,
    /// How many merges lie behind it.
    pub(super) level: u32,
}

impl Covered {
    /// Sequence number of the first one.
    pub(super) fn from(&self) -> u64 {
        self.after.sequence.saturating_add(1)
    }

    /// Name of the file.
    pub(super) fn name(&self) -> String {
        format!("{:016x}-{:016x}{SUFFIX}", self.from(), self.to.sequence)
    }
}

/// Ends the name of every file of rows.
pub(super) const SUFFIX: &str = ".rows";
