//! Which part of the log a file reflects.

/// Records of the log whose rows are in a file, and how often the rows were
/// merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Covered {
    /// Sequence number of the first one.
    pub(super) from: u64,
    /// Sequence number of the last one.
    pub(super) to: u64,
    /// How many merges lie behind it.
    pub(super) level: u32,
}

impl Covered {
    /// Name of the file.
    pub(super) fn name(&self) -> String {
        format!("{:016x}-{:016x}{SUFFIX}", self.from, self.to)
    }
}

/// Ends the name of every file of rows.
pub(super) const SUFFIX: &str = ".rows";
