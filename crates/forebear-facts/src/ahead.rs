//! Times that a clock left which was far ahead, once.
//!
//! Observations of a tag never go back: what follows a run of the year 2099 is
//! recorded after it. That keeps their order, whatever the clock does, and it is
//! only when they are read that such times can be told from others: a later run
//! began more than a year before. Then they stand for times between that run and
//! the newest. Nothing stored is changed, so that this holds for what was stored by
//! earlier versions, and ends by itself when the clock was right after all.

use forebear_image::Timestamp;

/// How far ahead a run's time is of that of a run after it, in seconds, before it
/// is doubted: 366 days. What is less is nobody's mistake that matters for long.
const FAR: i64 = 366 * 24 * 3_600;

/// What is to be read as other times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Times from this on are not believed.
    from: Timestamp,
    /// When the first run began after the clock was right again.
    then: Timestamp,
    /// When the newest did.
    now: Timestamp,
}

impl Ahead {
    /// What follows from the times at which runs of one registry began, in the order
    /// of the runs.
    #[must_use]
    pub fn of(starts: &[Timestamp]) -> Option<Self> {
        // A clock that lost its battery proves nothing.
        let believed = |start: &&Timestamp| !start.is_placeholder();
        let now = *starts.iter().rev().find(believed)?;
        let mut found: Option<Self> = None;
        for (number, start) in starts.iter().enumerate().filter(|(_, start)| **start > now) {
            let after = starts.get(number + 1..).unwrap_or_default().iter().filter(believed);
            let Some(then) = after.copied().find(|then| is_far(*start, *then)) else { continue };
            found = Some(match found {
                None => Self { from: *start, then, now: now.max(then) },
                Some(known) => Self { from: known.from.min(*start), ..known },
            });
        }
        found
    }

    /// When something was seen at first, or for the last time if it is `over`.
    #[must_use]
    pub fn seen(&self, time: Timestamp, over: bool) -> Timestamp {
        match () {
            () if time < self.from => time,
            () if over => self.then,
            // It was looked at by every run since.
            () => self.now,
        }
    }
}

/// Whether a time is so far ahead of a later run's that a clock was wrong.
#[must_use]
pub fn is_far(time: Timestamp, later: Timestamp) -> bool {
    time.seconds.saturating_sub(later.seconds) > FAR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp { seconds: 1_700_000_000 + day * 86_400, nanos: 0 }
    }

    #[test]
    fn p463_runs_that_were_ahead() {
        /// Days on which runs began → from when on, the first after, the newest.
        #[track_caller]
        fn check(starts: &[i64], expected: Option<(i64, i64, i64)>) {
            let starts: Vec<Timestamp> = starts.iter().copied().map(at).collect();
            let expected = expected.map(|(from, then, now)| Ahead { from: at(from), then: at(then), now: at(now) });
            assert_eq!(Ahead::of(&starts), expected, "{starts:?}");
        }
        let never = at(0).seconds / -86_400;
        check(&[], None);
        check(&[1, 2, 3], None);
        check(&[1, 27_000], None);
        check(&[1, 27_000, 2], Some((27_000, 2, 2)));
        check(&[1, 27_000, 2, 3, 4], Some((27_000, 2, 4)));
        check(&[1, 27_001, 27_000, 2, 3], Some((27_000, 2, 3)));
        // A day or a month is nobody's mistake that matters.
        check(&[1, 30, 2], None);
        check(&[1, 366, 0], None);
        check(&[1, 367, 0], Some((367, 0, 0)));
        // In the end that time has come.
        check(&[1, 400, 2, 390], Some((400, 2, 390)));
        check(&[1, 400, 2, 390, 401], None);
        // A clock that reads 1970 is behind, and the others were right.
        check(&[1, 2, never], None);
        check(&[1, 27_000, never, 2, never], Some((27_000, 2, 2)));
    }
}
