//! One object per registry that owns politeness towards it.
//!
//! Invariants: nothing is sent without a [`Pass`], and no redirect to this
//! host followed without waiting for hold and pace again; a pass lives until
//! the answer's body has been read to its end, so `concurrency` bounds what the
//! registry works on and not only what waits for its first byte; while a hold
//! is set no pass is given out; a hold only ever moves forward; what would go
//! into the quota's reserve is not sent.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use governor::DefaultDirectRateLimiter;
use http::{HeaderMap, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::limits::holds::{Hold, Holds};
use crate::limits::ledger::{Entry, Ledger, Verdict};
use crate::limits::{LimitKind, Quota, end_of};
use crate::rate::Rate;
use crate::stats::{Counters, RequestKind, Statistics, add};

/// Pace, permits, hold, quota and statistics of one registry.
#[derive(Debug)]
pub struct HostState {
    permits: Arc<Semaphore>,
    concurrency: usize,
    rate: Rate,
    limiter: Option<DefaultDirectRateLimiter>,
    /// Who may wait for the limiter. One at a time: first come, first served,
    /// and nobody can slip out between another's look at the hold and its
    /// sending.
    turn: tokio::sync::Mutex<()>,
    holds: Mutex<Holds>,
    ledger: Arc<Ledger>,
    max_hold: Duration,
    /// Shared with the objects of the hosts that belong to this registry.
    pub(crate) counters: Arc<Counters>,
}

/// The right to have one request under way.
#[derive(Debug)]
pub(crate) struct Pass {
    _permit: Option<OwnedSemaphorePermit>,
    entry: Entry,
}

/// Nothing is sent now, and not soon enough to wait for it in here.
#[derive(Debug)]
pub(crate) struct Held {
    /// Unknown where a quota's window is not told.
    pub(crate) until: Option<Instant>,
    /// Until when it is the registry's word, if it told any.
    pub(crate) told: Option<Instant>,
    pub(crate) limit: LimitKind,
}

impl Held {
    /// How long the registry wants it, from now on.
    pub(crate) fn told(&self) -> Option<Duration> {
        left(self.told)
    }

    /// How long this client wants it, where that is longer.
    pub(crate) fn chosen(&self) -> Option<Duration> {
        left(self.until.filter(|until| self.told.is_none_or(|told| told < *until)))
    }
}

impl From<Hold> for Held {
    fn from(hold: Hold) -> Self {
        Self { until: Some(hold.until), told: hold.told, limit: hold.limit }
    }
}

/// What is left until then; `None` when it is over.
fn left(until: Option<Instant>) -> Option<Duration> {
    until.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
}

impl HostState {
    pub(crate) fn new(rate: Rate, concurrency: usize, max_hold: Duration, reserve: u64) -> Self {
        Self::counted(rate, concurrency, max_hold, reserve, Arc::default())
    }

    /// For another host that belongs to this registry: its own pace, permits,
    /// holds and quota, the same statistics.
    pub(crate) fn beside(&self, concurrency: usize) -> Self {
        Self::counted(self.rate, concurrency, self.max_hold, 0, Arc::clone(&self.counters))
    }

    fn counted(rate: Rate, concurrency: usize, max_hold: Duration, reserve: u64, counters: Arc<Counters>) -> Self {
        let concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            rate,
            limiter: rate.quota().map(governor::RateLimiter::direct),
            turn: tokio::sync::Mutex::new(()),
            holds: Mutex::default(),
            ledger: Ledger::new(reserve),
            max_hold,
            counters,
        }
    }

    /// The pace in force.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// How many requests may be under way at once.
    #[must_use]
    pub fn concurrency(&self) -> usize {
        self.concurrency
    }

    /// The quota as the registry last told it; `None` where it tells none, or
    /// when its window is over.
    #[must_use]
    pub fn quota(&self) -> Option<Quota> {
        self.ledger.quota()
    }

    /// Stops sending until `deadline`. An earlier deadline than the present
    /// one changes nothing. Requests under way are not interrupted.
    pub fn hold_until(&self, deadline: Instant) {
        self.hold(deadline, true, LimitKind::Requests);
    }

    /// Stops sending until a time of day: a hold that another process was told
    /// and kept. A time that is over changes nothing.
    pub fn hold_until_time(&self, time: SystemTime, limit: LimitKind) {
        if let Ok(wait) = time.duration_since(SystemTime::now()) {
            self.hold(end_of(wait), true, limit);
        }
    }

    /// The end of the present hold; `None` when sending is free.
    #[must_use]
    pub fn held_until(&self) -> Option<Instant> {
        self.holds().now().map(|hold| hold.until)
    }

    /// The end of the present hold as a time of day, to be kept, and which
    /// limit it is for.
    #[must_use]
    pub fn held_until_time(&self) -> Option<(SystemTime, LimitKind)> {
        let Hold { until, limit, .. } = self.holds().now()?;
        let time = SystemTime::now().checked_add(until.saturating_duration_since(Instant::now()))?;
        Some((time, limit))
    }

    /// What was sent so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.counters.snapshot()
    }

    /// The hold in force.
    pub(crate) fn held(&self) -> Option<Held> {
        self.holds().now().map(Held::from)
    }

    /// The hold, if it is longer than is waited for.
    pub(crate) fn held_too_long(&self) -> Option<Held> {
        self.held().filter(|held| left(held.until) > Some(self.max_hold))
    }

    /// Notes a 429 to a request sent at `sent`, and holds everybody: a limit
    /// is not for the request alone that met it.
    pub(crate) fn limited(&self, sent: Instant, asked: Option<Duration>, limit: LimitKind, first: Duration) {
        add(&self.counters.limited, 1);
        let window = self.ledger.quota().and_then(|quota| quota.more_within());
        let pause = self.holds().limited(sent, asked, limit, first, window);
        self.hold(end_of(pause.length), pause.told, limit);
    }

    /// Notes that a request sent at `sent` met no limit.
    pub(crate) fn passed(&self, sent: Instant) {
        self.holds().passed(sent);
    }

    fn hold(&self, deadline: Instant, told: bool, limit: LimitKind) {
        if self.holds().extend(deadline, told, limit) {
            add(&self.counters.holds, 1);
        }
    }

    fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a permit, the end of the hold, the quota and the pace, in this
    /// order.
    pub(crate) async fn admit(&self, kind: RequestKind) -> Result<Pass, Held> {
        // Acquiring fails only on a closed semaphore, and nobody closes this one.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        loop {
            match self.at_our_turn(kind).await? {
                Verdict::Go(entry) => return Ok(Pass { _permit: permit, entry }),
                Verdict::Later => self.ledger.wait_for_an_answer().await,
                Verdict::Closed(until) => self.wait(Held { until, told: until, limit: LimitKind::Reserve }).await?,
            }
        }
    }

    async fn at_our_turn(&self, kind: RequestKind) -> Result<Verdict, Held> {
        self.then(|| self.ledger.admit(kind)).await
    }

    /// Waits for the end of the hold and the pace, for a request that follows
    /// a redirect to this host and has its pass already.
    pub(crate) async fn admit_again(&self, pass: &mut Pass) -> Result<(), Held> {
        pass.entry.sent = self.then(Instant::now).await?;
        Ok(())
    }

    /// Does it when there is no hold and the pace allows a request.
    async fn then<T>(&self, go: impl Fn() -> T) -> Result<T, Held> {
        let Some(limiter) = &self.limiter else {
            self.wait_for_hold().await?;
            return Ok(go());
        };
        let _turn = self.turn.lock().await;
        loop {
            self.wait_for_hold().await?;
            limiter.until_ready().await;
            // A hold may have begun while the pace was waited for. The slot is
            // lost then: used late it would exceed the pace.
            if self.held_until().is_none() {
                return Ok(go());
            }
        }
    }

    async fn wait_for_hold(&self) -> Result<(), Held> {
        loop {
            let Some(held) = self.held() else { return Ok(()) };
            self.wait(held).await?;
        }
    }

    /// Waits, or says that it would be too long.
    async fn wait(&self, held: Held) -> Result<(), Held> {
        match held.until {
            Some(time) if time.saturating_duration_since(Instant::now()) <= self.max_hold => {
                tokio::time::sleep_until(time).await;
                Ok(())
            }
            _ => Err(held),
        }
    }
}

impl Pass {
    /// When the request was let go.
    pub(crate) fn sent(&self) -> Instant {
        self.entry.sent
    }

    /// The answer's headers have come.
    pub(crate) fn answered(&mut self, status: StatusCode, headers: &HeaderMap) {
        self.entry.answered(Quota::read(headers), status.is_success());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(rate: &str) -> HostState {
        HostState::new(rate.parse().unwrap(), 4, Duration::from_secs(60), 0)
    }

    #[tokio::test]
    async fn a_hold_only_moves_forward() {
        let host = host("none");
        assert_eq!(host.held_until(), None);
        let far = Instant::now() + Duration::from_secs(30);
        host.hold_until(far);
        host.hold_until(Instant::now() + Duration::from_secs(1));
        host.hold_until(Instant::now());
        assert_eq!(host.held_until(), Some(far));
        host.hold_until(far + Duration::from_secs(1));
        assert_eq!(host.held_until(), Some(far + Duration::from_secs(1)));
        assert_eq!(host.statistics().holds, 1);
    }

    #[tokio::test]
    async fn a_hold_is_kept_for_another_process() {
        let host = host("none");
        let limit = LimitKind::PullQuota;
        host.hold_until_time(SystemTime::now() - Duration::from_secs(5), limit);
        assert_eq!(host.held_until_time(), None);
        let time = SystemTime::now() + Duration::from_secs(120);
        host.hold_until_time(time, limit);
        let (kept, why) = host.held_until_time().unwrap();
        let apart = kept.duration_since(time).unwrap_or_else(|early| early.duration());
        assert!(apart < Duration::from_secs(5) && why == limit, "{apart:?} {why:?}");
        assert_eq!(host.admit(RequestKind::Ping).await.unwrap_err().limit, limit);
    }

    #[tokio::test]
    async fn r8_nobody_passes_during_a_hold() {
        let host = host("none");
        let until = Instant::now() + Duration::from_millis(80);
        host.hold_until(until);
        let all = futures_util::future::join_all((0..4).map(|_| host.admit(RequestKind::Ping))).await;
        assert!(Instant::now() >= until);
        assert!(all.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn r1_a_long_hold_is_not_waited_for_and_not_shortened() {
        let host = host("none");
        let until = Instant::now() + Duration::from_secs(120);
        host.hold_until(until);
        match host.admit(RequestKind::Ping).await {
            Err(held) => assert_eq!(held.until, Some(until)),
            Ok(_) => panic!("passed during a hold"),
        }
    }

    #[tokio::test]
    async fn at_most_rate_plus_one_in_any_window() {
        let host = host("20/s");
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < Duration::from_millis(1600) {
            drop(host.admit(RequestKind::Ping).await);
            times.push(start.elapsed());
        }
        for (at, first) in times.iter().enumerate() {
            let within = times[at..].iter().take_while(|t| **t - *first < Duration::from_secs(1)).count();
            assert!(within <= 21, "{within} in one second");
        }
        assert!(times.len() >= 30, "{} in 1.6 s", times.len());
    }

    #[tokio::test]
    async fn permits_bound_what_is_under_way() {
        let host = host("none");
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(host.admit(RequestKind::Ping).await.ok());
        }
        let fifth = tokio::time::timeout(Duration::from_millis(30), host.admit(RequestKind::Ping)).await;
        assert!(fifth.is_err());
        held.pop();
        assert!(host.admit(RequestKind::Ping).await.is_ok());
    }
}
