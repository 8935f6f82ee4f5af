//! One object per registry that owns politeness towards it.
//!
//! Invariants: nothing is sent without a [`Pass`]; a pass lives until the
//! answer's body has been read to its end, so `concurrency` bounds what the
//! registry works on and not only what waits for its first byte; while a hold
//! is set no pass is given out; a hold only ever moves forward.
//!
//! Quota headers and parking have their place in [`crate::limits`], which
//! turns an answer into a hold; this file needs to know only holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::DefaultDirectRateLimiter;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::rate::Rate;
use crate::stats::{Counters, Statistics, add};

/// Pace, permits, hold and statistics of one registry.
#[derive(Debug)]
pub struct HostState {
    permits: Arc<Semaphore>,
    concurrency: usize,
    rate: Rate,
    limiter: Option<DefaultDirectRateLimiter>,
    /// Who may wait for the limiter. One at a time: first come, first served,
    /// and nobody can slip out between another's look at the hold and its
    /// sending.
    turn: Mutex<()>,
    epoch: Instant,
    /// End of the hold in nanoseconds after `epoch`; 0 when there never was one.
    held: AtomicU64,
    max_hold: Duration,
    /// Shared with the objects of the hosts that belong to this registry.
    pub(crate) counters: Arc<Counters>,
}

/// The right to have one request under way.
#[derive(Debug)]
pub(crate) struct Pass {
    _permit: Option<OwnedSemaphorePermit>,
}

/// The registry asked for a longer pause than is waited for in here.
pub(crate) struct Held {
    pub(crate) until: Instant,
}

impl HostState {
    pub(crate) fn new(rate: Rate, concurrency: usize, max_hold: Duration) -> Self {
        Self::counted(rate, concurrency, max_hold, Arc::default())
    }

    /// For another host that belongs to this registry: its own pace, permits
    /// and holds, the same statistics.
    pub(crate) fn beside(&self, concurrency: usize) -> Self {
        Self::counted(self.rate, concurrency, self.max_hold, Arc::clone(&self.counters))
    }

    fn counted(rate: Rate, concurrency: usize, max_hold: Duration, counters: Arc<Counters>) -> Self {
        let concurrency = concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            rate,
            limiter: rate.quota().map(governor::RateLimiter::direct),
            turn: Mutex::new(()),
            epoch: Instant::now(),
            held: AtomicU64::new(0),
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

    /// Stops sending until `deadline`. An earlier deadline than the present
    /// one changes nothing. Requests under way are not interrupted.
    pub fn hold_until(&self, deadline: Instant) {
        let since = deadline.saturating_duration_since(self.epoch).as_nanos();
        let new = u64::try_from(since).unwrap_or(u64::MAX);
        let now = u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let old = self.held.fetch_max(new, Ordering::SeqCst);
        if new > now && old <= now {
            add(&self.counters.holds, 1);
        }
    }

    /// The end of the present hold; `None` when sending is free.
    #[must_use]
    pub fn held_until(&self) -> Option<Instant> {
        match self.held.load(Ordering::SeqCst) {
            0 => None,
            nanos => self.epoch.checked_add(Duration::from_nanos(nanos)).filter(|until| *until > Instant::now()),
        }
    }

    /// What was sent so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.counters.snapshot()
    }

    /// Waits for a permit, the end of the hold and the pace, in this order.
    pub(crate) async fn admit(&self) -> Result<Pass, Held> {
        // Acquiring fails only on a closed semaphore, and nobody closes this one.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        match &self.limiter {
            None => self.wait_for_hold().await?,
            Some(limiter) => {
                let _turn = self.turn.lock().await;
                loop {
                    self.wait_for_hold().await?;
                    limiter.until_ready().await;
                    // A hold may have begun while the pace was waited for. The
                    // slot is lost then: used late it would exceed the pace.
                    if self.held_until().is_none() {
                        break;
                    }
                }
            }
        }
        Ok(Pass { _permit: permit })
    }

    async fn wait_for_hold(&self) -> Result<(), Held> {
        while let Some(until) = self.held_until() {
            if until.saturating_duration_since(Instant::now()) > self.max_hold {
                return Err(Held { until });
            }
            tokio::time::sleep_until(until).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(rate: &str) -> HostState {
        HostState::new(rate.parse().unwrap(), 4, Duration::from_secs(60))
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
    async fn r8_nobody_passes_during_a_hold() {
        let host = host("none");
        let until = Instant::now() + Duration::from_millis(80);
        host.hold_until(until);
        let all = futures_util::future::join_all((0..4).map(|_| host.admit())).await;
        assert!(Instant::now() >= until);
        assert!(all.iter().all(Result::is_ok));
    }

    #[tokio::test]
    async fn r1_a_long_hold_is_not_waited_for_and_not_shortened() {
        let host = host("none");
        let until = Instant::now() + Duration::from_secs(120);
        host.hold_until(until);
        match host.admit().await {
            Err(held) => assert_eq!(held.until, until),
            Ok(_) => panic!("passed during a hold"),
        }
    }

    #[tokio::test]
    async fn at_most_rate_plus_one_in_any_window() {
        let host = host("20/s");
        let start = Instant::now();
        let mut times = Vec::new();
        while start.elapsed() < Duration::from_millis(1600) {
            drop(host.admit().await);
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
            held.push(host.admit().await.ok());
        }
        let fifth = tokio::time::timeout(Duration::from_millis(30), host.admit()).await;
        assert!(fifth.is_err());
        held.pop();
        assert!(host.admit().await.is_ok());
    }
}
