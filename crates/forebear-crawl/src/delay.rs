//! When what failed is tried again, as far as a stored time can be believed.

use forebear_image::Timestamp;
use forebear_store::Failure;

/// The longest delay there is, a week in seconds.
const LONGEST: i64 = 7 * 24 * 3_600;

/// When an item is tried again, for who begins at `now`; `None` where it is parked.
/// A time more than the longest delay ahead was written by a clock that was: it is
/// tried at once.
#[must_use]
pub fn next_try(failure: &Failure, now: Timestamp) -> Option<Timestamp> {
    let is_possible = |next: Timestamp| next.seconds.saturating_sub(now.seconds) <= LONGEST;
    failure.next_try.map(|next| if is_possible(next) { next } else { now })
}

/// Whether an item is left alone by a process that begins at `now`.
#[must_use]
pub fn is_delayed(failure: &Failure, now: Timestamp) -> bool {
    next_try(failure, now).is_none_or(|next| now < next)
}

#[cfg(test)]
mod tests {
    use forebear_store::{FailureKind, Subject};

    use super::*;

    #[test]
    fn p462_no_delay_is_longer_than_a_week() {
        #[track_caller]
        fn check(next: Option<i64>, delayed: bool) {
            let at = |seconds| Timestamp { seconds, nanos: 0 };
            let mut failure = Failure::new(Subject::Catalog, "r", (FailureKind::Timeout, "m"), (1, at(0)));
            failure.next_try = next.map(at);
            assert_eq!(is_delayed(&failure, at(1_000)), delayed, "{next:?}");
        }
        check(Some(0), false);
        check(Some(1_000), false);
        check(Some(1_001), true);
        check(Some(1_000 + LONGEST), true);
        check(Some(1_001 + LONGEST), false);
        check(Some(4_070_908_800), false);
        check(Some(i64::MAX), false);
        check(None, true);
    }
}
