//! A registry's own word that nothing is to be sent for a while, kept for the
//! processes to come.

use std::time::Duration;

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

/// Until when a registry wants no request. Both times are the machine's clock,
/// in whole seconds, not a run's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Registry as it is asked.
    pub registry: String,
    /// When the registry said so.
    pub since: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The registry's answer, as a sentence.
    pub reason: String,
}

impl Hold {
    /// What is left of it; `None` once it is over. On a clock that was set back
    /// behind its beginning, how much of it has passed cannot be known: it
    /// begins anew, and is neither shorter nor longer than what was asked for.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let from = now.seconds.max(self.since.seconds);
        let left = u64::try_from(self.until.seconds.saturating_sub(from)).unwrap_or(0);
        (left > 0).then(|| Duration::from_secs(left))
    }

    /// The same hold as the clock reads now: begun anew where that was set back.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        if now.seconds >= self.since.seconds {
            return self;
        }
        let length = self.until.seconds.saturating_sub(self.since.seconds);
        let until = Timestamp { seconds: now.seconds.saturating_add(length), nanos: 0 };
        Self { since: Timestamp { nanos: 0, ..now }, until, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_on_a_clock_that_jumps() {
        #[track_caller]
        fn check(now: i64, left: Option<u64>, since: i64, until: i64) {
            let at = |seconds| Timestamp { seconds, nanos: 0 };
            let hold = Hold { registry: "r".into(), since: at(1_000), until: at(1_600), reason: "x".into() };
            assert_eq!(hold.left(at(now)), left.map(Duration::from_secs));
            let again = hold.as_of(at(now));
            assert_eq!((again.since, again.until), (at(since), at(until)));
            assert_eq!(again.left(at(now)), left.map(Duration::from_secs));
        }
        check(1_000, Some(600), 1_000, 1_600);
        check(1_599, Some(1), 1_000, 1_600);
        check(1_600, None, 1_000, 1_600);
        check(9_999, None, 1_000, 1_600);
        // Set back by a day: 600 seconds from now, not a day and 600 seconds.
        check(-85_400, Some(600), -85_400, -84_800);
    }
}
