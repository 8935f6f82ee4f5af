//! Whether what was derived from a log was derived from this one.

use std::sync::atomic::Ordering;

use super::Log;
use super::fingerprint::Fingerprint;
use super::point::LogPoint;
use super::scan::{Found, Scan};
use crate::error::StoreError;

/// What a log has to say of something that was derived from a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// It was derived from this one, as far as that can be told: behind damage it cannot.
    Agrees,
    /// It goes further than this one.
    Ahead,
    /// It was derived from another.
    Other,
}

impl Log {
    /// Whether what reflects a log up to this point reflects this log. Reads one segment
    /// at most.
    ///
    /// # Errors
    /// The file system's.
    pub(crate) fn agreement(&self, point: LogPoint) -> Result<Agreement, StoreError> {
        let (end, begin) = (self.position().point(), self.begin.load(Ordering::SeqCst));
        Ok(match point.sequence {
            0 => Agreement::Agrees,
            sequence if sequence > end.sequence => Agreement::Ahead,
            sequence if sequence == end.sequence && end.meets(point) => Agreement::Agrees,
            // All that counts comes after it.
            sequence if sequence < begin => Agreement::Other,
            sequence if self.fingerprint(sequence)?.contradicts(point.fingerprint) => Agreement::Other,
            _ => Agreement::Agrees,
        })
    }

    /// The fingerprint of a record; that of none where it is lost, or others before it in
    /// its segment are.
    fn fingerprint(&self, sequence: u64) -> Result<Fingerprint, StoreError> {
        let holder = self.segments.headers().into_iter().rev().find(|header| header.first <= sequence);
        let Some(segment) = holder.map(|header| self.segments.get(header.number)).transpose()?.flatten() else {
            return Ok(Fingerprint::UNKNOWN);
        };
        let mut scan = Scan::new(&*segment.file, segment.header)?;
        while let Some(next) = scan.next()? {
            match next {
                Found::Record { sequence: number, fingerprint, .. } if number >= sequence => {
                    return Ok(if number == sequence { fingerprint } else { Fingerprint::UNKNOWN });
                }
                Found::Record { .. } | Found::Gap { .. } => {}
            }
        }
        Ok(Fingerprint::UNKNOWN)
    }
}
