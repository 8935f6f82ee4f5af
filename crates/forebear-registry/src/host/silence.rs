//! Whether a host has stopped answering. Pure: the clock is an argument.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use tokio::time::Instant;

/// Attempts in a row that did not reach it,
const ATTEMPTS: u32 = 20;
/// at so many different things that were asked for,
const PATHS: usize = 5;
/// with no answer for so long.
const FOR: Duration = Duration::from_secs(10);

/// Attempts in a row that did not reach a host.
#[derive(Debug, Default)]
pub(super) struct Silence {
    since: Option<Instant>,
    attempts: u32,
    /// What was asked for, hashed; no more than is counted.
    paths: HashSet<u64>,
}

impl Silence {
    /// The host answered, whatever it said.
    pub(super) fn answered(&mut self) {
        if self.since.is_some() {
            *self = Self::default();
        }
    }

    /// An attempt did not reach it.
    pub(super) fn unreached(&mut self, path: &str, now: Instant) {
        self.since.get_or_insert(now);
        self.attempts = self.attempts.saturating_add(1);
        if self.paths.len() < PATHS {
            let mut hasher = DefaultHasher::new();
            path.hash(&mut hasher);
            self.paths.insert(hasher.finish());
        }
    }

    /// Whether the last attempts did not reach it, however few.
    pub(super) fn has_begun(&self) -> bool {
        self.since.is_some()
    }

    /// Whether it has lasted so long that the host may be gone.
    pub(super) fn is_long(&self, now: Instant) -> bool {
        let long = self.since.is_some_and(|since| now.saturating_duration_since(since) >= FOR);
        long && self.attempts >= ATTEMPTS && self.paths.len() >= PATHS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p572_a_host_that_may_be_gone() {
        #[track_caller]
        fn check(attempts: u32, paths: u32, seconds: f64, expected: bool) {
            let (mut silence, begun) = (Silence::default(), Instant::now());
            for attempt in 0..attempts {
                silence.unreached(&format!("/v2/{}", attempt % paths), begun);
            }
            assert_eq!(silence.is_long(begun + Duration::from_secs_f64(seconds)), expected);
        }
        check(20, 5, 10.0, true);
        check(19, 5, 10.0, false);
        check(20, 4, 10.0, false);
        check(20, 5, 9.9, false);
        check(10_000, 10_000, 10_000.0, true);
        check(0, 1, 10.0, false);
    }

    #[test]
    fn an_answer_ends_it() {
        let (mut silence, begun) = (Silence::default(), Instant::now());
        (0..100).for_each(|path: u32| silence.unreached(&path.to_string(), begun));
        let later = begun + Duration::from_secs(60);
        assert!(silence.has_begun() && silence.is_long(later));
        silence.answered();
        assert!(!silence.has_begun() && !silence.is_long(later));
        (0..100).for_each(|path: u32| silence.unreached(&path.to_string(), later));
        assert!(!silence.is_long(later + Duration::from_secs(9)));
    }
}
