//! A record of a log, as what is derived from the log refers to it.

use super::fingerprint::Fingerprint;

/// Up to which record of a log something reflects it, and of which log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogPoint {
    /// Number of the record; 0 before the first.
    pub sequence: u64,
    /// Of the log up to there.
    pub fingerprint: Fingerprint,
}

impl LogPoint {
    /// Where nothing of a log is reflected.
    pub const START: Self = Self { sequence: 0, fingerprint: Fingerprint::UNKNOWN };

    /// Whether one may be the other, as far as is known.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.sequence == other.sequence && !self.fingerprint.contradicts(other.fingerprint)
    }
}
