//! When to send again, and how long to wait before.

use std::time::Duration;

use governor::Jitter;
use http::StatusCode;

/// How often one request meets a limit whose wait is short enough to be slept
/// through. A registry that limits one address for ever must not keep the rest
/// of a crawl waiting.
pub(crate) const MOST_WAITS: u32 = 10;

/// How often, and after which pause, what failed in passing is sent again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retries {
    /// 3 means at most 4 tries.
    pub(crate) most: u32,
    /// The first pause; it doubles each time.
    pub(crate) first_pause: Duration,
}

/// The longest pause that this client chooses by itself.
const LONGEST: Duration = Duration::from_secs(5);

/// Statuses that may be different a moment later.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

impl Retries {
    /// The pause after the `tries`-th try, without jitter: doubles each time, at
    /// most five seconds.
    pub(crate) fn pause(self, tries: u32) -> Duration {
        let doublings = tries.saturating_sub(1).min(16);
        self.first_pause.saturating_mul(1 << doublings).min(LONGEST)
    }
}

/// A random part of `pause`, so that those who failed together do not come
/// back together.
pub(crate) fn jitter(pause: Duration) -> Duration {
    Jitter::up_to(pause) + Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end_at_five_seconds() {
        #[track_caller]
        fn check(tries: u32, millis: u64) {
            let retries = Retries { most: 3, first_pause: Duration::from_millis(500) };
            assert_eq!(retries.pause(tries), Duration::from_millis(millis));
        }
        check(1, 500);
        check(2, 1000);
        check(3, 2000);
        check(4, 4000);
        check(5, 5000);
        check(u32::MAX, 5000);
        assert!(jitter(Duration::from_millis(10)) <= Duration::from_millis(10));
        assert_eq!(jitter(Duration::ZERO), Duration::ZERO);
    }
}
