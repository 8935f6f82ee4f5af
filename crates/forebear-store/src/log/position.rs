//! The end of the log.

use super::fingerprint::Fingerprint;
use super::point::LogPoint;

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The segment that is written to; 0 where there is none yet.
    pub(crate) segment: u32,
    /// Its length, in bytes.
    pub(crate) offset: u64,
    /// Number of the last record.
    pub(crate) sequence: u64,
    /// Of the log up to there.
    pub(crate) fingerprint: Fingerprint,
}

impl Position {
    /// The last record, for what reflects it.
    pub(crate) fn point(self) -> LogPoint {
        LogPoint { sequence: self.sequence, fingerprint: self.fingerprint }
    }
}
