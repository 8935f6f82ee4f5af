//! The end of the log.

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The segment that is written to; 0 where there is none yet.
    pub(crate) segment: u32,
    /// Its length, in bytes.
    pub(crate) offset: u64,
    /// Number of the last record.
    pub(crate) sequence: u64,
}
