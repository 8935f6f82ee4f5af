//! The hold of one host, and how long a hold is that the server left open.

use std::time::Duration;

use tokio::time::Instant;

use super::LimitKind;
use crate::retry::jitter;

/// The longest pause that this client chooses after a 429 that says nothing.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The first pause after a pull limit of which no window is told, and the
/// longest: Docker Hub's own window.
const PULLS: (Duration, Duration) = (Duration::from_secs(15 * 60), Duration::from_secs(6 * 3600));
/// The same for the abuse limit, which is counted in minutes.
const ABUSE: (Duration, Duration) = (Duration::from_secs(5 * 60), Duration::from_secs(3600));

/// Until when nothing is sent, and how often in a row a limit was met.
#[derive(Debug)]
pub(crate) struct Holds {
    until: Option<Instant>,
    limit: LimitKind,
    /// 429s in a row, those counted once that were under way together.
    streak: u32,
    /// When the last of them was counted.
    counted: Option<Instant>,
}

impl Default for Holds {
    fn default() -> Self {
        Self { until: None, limit: LimitKind::Requests, streak: 0, counted: None }
    }
}

impl Holds {
    /// The hold in force.
    pub(crate) fn now(&self) -> Option<(Instant, LimitKind)> {
        self.until.filter(|until| *until > Instant::now()).map(|until| (until, self.limit))
    }

    /// Moves the hold forward, never back. Whether a hold began by it.
    pub(crate) fn extend(&mut self, until: Instant, limit: LimitKind) -> bool {
        let held = self.now().is_some();
        if self.until.is_none_or(|old| old < until) {
            (self.until, self.limit) = (Some(until), limit);
        }
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
    ) -> Duration {
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
            Some(asked) if self.streak <= 1 => asked,
            Some(asked) => asked.max(own),
            None => {
                let chosen = match limit {
                    LimitKind::PullQuota => window.unwrap_or_else(|| doubled(PULLS.0, PULLS.1)),
                    LimitKind::Abuse => doubled(ABUSE.0, ABUSE.1),
                    LimitKind::Requests | LimitKind::Reserve => own,
                };
                chosen + jitter(own / 2)
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
            pauses.push(pause);
            pause
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
        fn check(limit: LimitKind, window: Option<u64>, least: u64, most: u64) {
            let window = window.map(Duration::from_secs);
            let pause = Holds::default().limited(Instant::now(), None, limit, FIRST, window).as_secs();
            assert!((least..=most).contains(&pause), "{limit:?}: {pause}");
        }
        check(LimitKind::Requests, Some(21_600), 0, 1);
        check(LimitKind::PullQuota, Some(21_600), 21_600, 21_601);
        check(LimitKind::PullQuota, None, 900, 901);
        check(LimitKind::Abuse, Some(21_600), 300, 301);
    }
}
