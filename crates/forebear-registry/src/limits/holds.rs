//! The hold of one host, and how long a hold is that the server left open.

use std::time::Duration;

use tokio::time::Instant;

use super::kind::LimitKind;
use super::pause::FOREVER;
use crate::retry::jitter;

/// The longest pause that this client chooses after a 429 that says nothing.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The first pause after a pull limit of which no window is told, and the
/// longest: Docker Hub's own window.
const PULLS: (Duration, Duration) = (Duration::from_secs(15 * 60), Duration::from_secs(6 * 3600));
/// The same for the abuse limit, which is counted in minutes.
const ABUSE: (Duration, Duration) = (Duration::from_secs(5 * 60), Duration::from_secs(3600));

/// The pause after a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) length: Duration,
    /// Whether it is the registry's word, or this client's guess.
    pub(crate) told: bool,
}

/// A hold in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) until: Instant,
    /// Until when it is the registry's word; no later than `until`, and
    /// perhaps over.
    pub(crate) told: Option<Instant>,
    pub(crate) limit: LimitKind,
}

impl Hold {
    /// How much of it is left.
    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// How long the registry wants it, from now on.
    pub(crate) fn told_left(&self) -> Option<Duration> {
        let told = self.told?.saturating_duration_since(Instant::now());
        (!told.is_zero()).then_some(told)
    }

    /// How long this client wants it, where that is longer.
    pub(crate) fn chosen_left(&self) -> Option<Duration> {
        let is_longer = self.told.is_none_or(|told| told < self.until);
        (is_longer && !self.left().is_zero()).then(|| self.left())
    }
}

/// Until when nothing is sent, and how often in a row a limit was met.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    latest: Option<Hold>,
    /// 429s in a row, those counted once that were under way together.
    streak: u32,
    /// When the last of them was counted.
    counted: Option<Instant>,
}

impl Holds {
    /// The hold in force.
    pub(crate) fn now(&self) -> Option<Hold> {
        self.latest.filter(|hold| hold.until > Instant::now())
    }

    /// Moves the hold forward, never back; `told` if the registry asked for it.
    /// Whether a hold began by it.
    pub(crate) fn extend(&mut self, until: Instant, told: bool, limit: LimitKind) -> bool {
        let held = self.now().is_some();
        let new = Hold { until, told: told.then_some(until), limit };
        let longer = self.latest.filter(|old| old.until >= until).unwrap_or(new);
        let old = self.latest.and_then(|old| old.told);
        self.latest = Some(Hold { told: old.max(new.told), ..longer });
        !held && self.now().is_some()
    }

    /// The pause after a 429 to a request sent at `sent`: what the server asked
    /// for, and no less than this client would choose, if the server's pause
    /// was kept before and did not help. `window` is the quota's, if known.
    pub(crate) fn limited(
        &mut self,
        sent: Instant,
        asked: Option<Duration>,
        limit: LimitKind,
        first: Duration,
        window: Option<Duration>,
    ) -> Pause {
        // What was sent before the last one was met tells nothing new.
        if self.counted.is_none_or(|counted| sent >= counted) {
            self.streak = self.streak.saturating_add(1);
            self.counted = Some(Instant::now());
        }
        let doubled = |first: Duration, longest: Duration| {
            first.saturating_mul(1 << self.streak.saturating_sub(1).min(16)).min(longest)
        };
        let own = doubled(first, LONGEST);
        match asked.filter(|asked| !asked.is_zero()) {
            Some(asked) if self.streak <= 1 => Pause { length: asked, told: true },
            Some(asked) => Pause { length: asked.max(own), told: true },
            None => {
                let (chosen, told) = match (limit, window) {
                    (LimitKind::PullQuota, Some(window)) => (window, true),
                    (LimitKind::PullQuota, None) => (doubled(PULLS.0, PULLS.1), false),
                    (LimitKind::Abuse, _) => (doubled(ABUSE.0, ABUSE.1), false),
                    (LimitKind::Requests | LimitKind::Reserve, _) => (own, false),
                };
                Pause { length: chosen.saturating_add(jitter(own / 2)).min(FOREVER), told }
            }
        }
    }

    /// A request sent at `sent` met no limit.
    pub(crate) fn passed(&mut self, sent: Instant) {
        if self.counted.is_none_or(|counted| sent >= counted) {
            self.streak = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_millis(500);

    #[tokio::test(start_paused = true)]
    async fn r2_pauses_grow_across_requests_until_one_passes() {
        let mut holds = Holds::default();
        let mut pauses = Vec::new();
        let mut meet = async |holds: &mut Holds, asked: Option<u64>, limit: LimitKind| {
            tokio::time::advance(Duration::from_secs(1)).await;
            let pause = holds.limited(Instant::now(), asked.map(Duration::from_secs), limit, FIRST, None);
            assert_eq!(pause.told, asked.is_some());
            pauses.push(pause.length);
            pause.length
        };
        for least in [500, 1000, 2000, 4000] {
            let pause = meet(&mut holds, None, LimitKind::Requests).await.as_millis();
            assert!((least..=least * 3 / 2).contains(&pause), "{pause}");
        }
        // The server's word is not shortened, and lengthened where it did not help.
        assert_eq!(meet(&mut holds, Some(120), LimitKind::Requests).await, Duration::from_secs(120));
        assert_eq!(meet(&mut holds, Some(1), LimitKind::Requests).await, Duration::from_secs(16));
        holds.passed(Instant::now());
        assert_eq!(meet(&mut holds, Some(1), LimitKind::Requests).await, Duration::from_secs(1));
        for _ in 0..40 {
            assert!(meet(&mut holds, None, LimitKind::Requests).await <= LONGEST * 3 / 2);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn r2_a_burst_of_429s_counts_once() {
        let mut holds = Holds::default();
        let sent = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        for _ in 0..8 {
            holds.limited(sent, None, LimitKind::Requests, FIRST, None);
        }
        assert_eq!(holds.streak, 1);
        // Nor does an older success forget it.
        holds.passed(sent);
        assert_eq!(holds.streak, 1);
        holds.passed(Instant::now());
        assert_eq!(holds.streak, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn r6_each_limit_has_its_own_pause() {
        #[track_caller]
        fn check(limit: LimitKind, window: Option<u64>, least: u64, most: u64, told: bool) {
            let window = window.map(Duration::from_secs);
            let pause = Holds::default().limited(Instant::now(), None, limit, FIRST, window);
            assert!((least..=most).contains(&pause.length.as_secs()), "{limit:?}: {pause:?}");
            assert_eq!(pause.told, told);
        }
        check(LimitKind::Requests, Some(21_600), 0, 1, false);
        // The window's length is the registry's word.
        check(LimitKind::PullQuota, Some(21_600), 21_600, 21_601, true);
        check(LimitKind::PullQuota, None, 900, 901, false);
        check(LimitKind::Abuse, Some(21_600), 300, 301, false);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_without_end_is_a_long_pause() {
        let mut holds = Holds::default();
        for _ in 0..6 {
            tokio::time::advance(Duration::from_secs(1)).await;
            let pause = holds.limited(Instant::now(), None, LimitKind::PullQuota, FIRST, Some(Duration::MAX));
            assert_eq!(pause, Pause { length: FOREVER, told: true });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_told_and_what_is_chosen_move_forward_apart() {
        /// Holds of this many seconds, told or not; what is in force by them,
        /// and how much of it was told.
        #[track_caller]
        fn check(holds: &[(u64, bool)], until: u64, told: Option<u64>) {
            let now = Instant::now();
            let at = |seconds: u64| now + Duration::from_secs(seconds);
            let mut all = Holds::default();
            for (seconds, told) in holds {
                all.extend(at(*seconds), *told, LimitKind::Requests);
            }
            let got = all.now().unwrap();
            assert_eq!((got.until, got.told), (at(until), told.map(at)), "{holds:?}");
        }
        check(&[(5, false)], 5, None);
        check(&[(5, true)], 5, Some(5));
        check(&[(5, true), (9, false)], 9, Some(5));
        check(&[(5, false), (9, true)], 9, Some(9));
        check(&[(9, false), (5, true)], 9, Some(5));
        check(&[(9, true), (5, true)], 9, Some(9));
    }
}
