//! Items that could not be fetched, and when they are tried again.

use forebear_image::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure_kind::FailureKind;
use crate::run::RunId;
use crate::subject::Subject;

/// Runs that fail on an item before it is parked.
pub const PARKED_AFTER: u32 = 10;
/// Seconds between the second failure and the third try; it doubles from there.
const FIRST_DELAY: i64 = 3_600;
/// The longest delay, a week in seconds.
const LONGEST_DELAY: i64 = 7 * 24 * 3_600;

/// An item that could not be fetched.
///
/// Most failures pass, and who runs a crawl again by hand wants them tried: the
/// first failure asks for no delay, the second for an hour, each further one
/// for twice as long, a week at most. After [`PARKED_AFTER`] runs the item is
/// parked: no run tries it unless told to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What: a repository, tag, manifest or config.
    pub subject: Subject,
    /// Registry as it was asked.
    pub registry: String,
    /// Why, as a code.
    pub kind: FailureKind,
    /// The whole sentence.
    pub message: String,
    /// Start of the run that failed last.
    pub at: Timestamp,
    /// How many runs have failed on it.
    pub tries: u32,
    /// The run that failed last; 0 where an earlier version did not say.
    pub run: RunId,
    /// No run that starts before this time tries it again; `None` when it is parked.
    pub next_try: Option<Timestamp>,
    /// Why it is not tried any more.
    pub parked: Option<String>,
}

impl Failure {
    /// A failure as it is met in a run; what follows from earlier ones is added
    /// when it is stored.
    #[must_use]
    pub fn new(
        subject: Subject,
        registry: &str,
        (kind, message): (FailureKind, &str),
        (run, at): (RunId, Timestamp),
    ) -> Self {
        Self {
            subject,
            registry: registry.to_owned(),
            kind,
            message: message.to_owned(),
            at,
            tries: 1,
            run,
            next_try: Some(at),
            parked: None,
        }
    }

    /// The same, after what is on record of the item. A run counts once.
    #[must_use]
    pub fn after(self, before: Option<&Self>) -> Self {
        let tries = match before {
            None => 1,
            Some(before) if before.run == self.run => before.tries,
            Some(before) => before.tries.saturating_add(1),
        };
        if tries >= PARKED_AFTER {
            let parked = format!("{tries} runs have failed on it; it is tried again only when told to");
            return Self { tries, next_try: None, parked: Some(parked), ..self };
        }
        let next_try = Timestamp { seconds: self.at.seconds.saturating_add(delay(tries)), ..self.at };
        Self { tries, next_try: Some(next_try), parked: None, ..self }
    }

    /// When it is tried again, for who begins at `now`; `None` where it is parked. A
    /// time more than the longest delay ahead was written by a clock that was: it is
    /// tried at once.
    #[must_use]
    pub fn tried_at(&self, now: Timestamp) -> Option<Timestamp> {
        let is_possible = |next: Timestamp| next.seconds.saturating_sub(now.seconds) <= LONGEST_DELAY;
        self.next_try.map(|next| if is_possible(next) { next } else { now })
    }

    /// Whether who begins at `now` leaves it alone.
    #[must_use]
    pub fn is_delayed(&self, now: Timestamp) -> bool {
        self.tried_at(now).is_none_or(|next| now < next)
    }
}

/// Seconds before the next try, after this many.
fn delay(tries: u32) -> i64 {
    match tries {
        0 | 1 => 0,
        more => FIRST_DELAY.saturating_mul(1_i64 << (more - 2).min(20)).min(LONGEST_DELAY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    #[test]
    fn delays_grow_to_a_week_and_then_it_is_parked() {
        let hours: Vec<i64> = (1..PARKED_AFTER).map(|tries| delay(tries) / 3_600).collect();
        assert_eq!(hours, [0, 1, 2, 4, 8, 16, 32, 64, 128]);
        assert_eq!(delay(u32::MAX), LONGEST_DELAY);
        let mut failure: Option<Failure> = None;
        for run in 1..=u64::from(PARKED_AFTER) {
            let new = Failure::new(Subject::Catalog, "r", (FailureKind::Timeout, "m"), (run, at(1_000)));
            let again = new.clone().after(failure.as_ref());
            assert_eq!(u64::from(again.tries), run);
            assert_eq!(new.after(Some(&again)).tries, again.tries, "a run counts once");
            failure = Some(again);
        }
        let failure = failure.unwrap();
        assert_eq!(failure.next_try, None);
        assert!(failure.parked.as_ref().is_some_and(|why| why.starts_with("10 runs")));
        assert!(failure.is_delayed(at(i64::MAX)));
    }

    #[test]
    fn p462_no_delay_is_longer_than_a_week() {
        #[track_caller]
        fn check(next: Option<i64>, delayed: bool) {
            let mut failure = Failure::new(Subject::Catalog, "r", (FailureKind::Timeout, "m"), (1, at(0)));
            failure.next_try = next.map(at);
            assert_eq!(failure.is_delayed(at(1_000)), delayed, "{next:?}");
        }
        check(Some(0), false);
        check(Some(1_000), false);
        check(Some(1_001), true);
        check(Some(1_000 + LONGEST_DELAY), true);
        check(Some(1_001 + LONGEST_DELAY), false);
        check(Some(4_070_908_800), false);
        check(Some(i64::MAX), false);
        check(None, true);
    }
}
