//! The one gate that every request goes through.
//!
//! Invariants: nothing is sent without a [`Pass`], and no redirect to this
//! host followed without waiting for hold and pace again; a pass lives until
//! the answer's body has been read to its end, so `concurrency` bounds what the
//! registry works on and not only what waits for its first byte; while a hold
//! is set no pass is given out, but one an hour to ask about a hold that is
//! doubted; a hold only ever moves forward; what would go
//! into the quota's reserve is not sent.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::state::HostState;
use crate::limits::holds::Hold;
use crate::limits::ledger::{Entry, Verdict};
use crate::limits::{LimitKind, Quota};
use crate::stats::RequestKind;

/// The right to have one request under way.
#[derive(Debug)]
pub(crate) struct Pass {
    _permit: Option<OwnedSemaphorePermit>,
    entry: Entry,
}

/// The error of admission is a hold that is too long to be waited for here.
impl HostState {
    /// Waits for a permit, the end of the hold, the quota and the pace, in this
    /// order.
    pub(crate) async fn admit(&self, kind: RequestKind) -> Result<Pass, Hold> {
        // Acquiring fails only on a closed semaphore, and nobody closes this one.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        loop {
            match self.at_our_turn(kind).await? {
                Verdict::Go(entry) => return Ok(Pass { _permit: permit, entry }),
                Verdict::Later => self.ledger.wait_for_an_answer().await,
                Verdict::Closed { until, told } => {
                    let told = told.then_some(until);
                    self.wait(Hold { until, told, limit: LimitKind::Reserve }).await?;
                }
            }
        }
    }

    /// Lets one request through a hold, to ask whether that still stands. It waits
    /// for permit and pace as any; `None` where it would go into the reserve.
    pub(crate) async fn admit_probe(&self, kind: RequestKind) -> Option<Pass> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok();
        let _turn = self.turn.lock().await;
        if let Some(pace) = &self.pace {
            pace.turn().await;
        }
        match self.ledger.admit(kind) {
            Verdict::Go(entry) => Some(Pass { _permit: permit, entry }),
            Verdict::Later | Verdict::Closed { .. } => None,
        }
    }

    async fn at_our_turn(&self, kind: RequestKind) -> Result<Verdict, Hold> {
        self.then(|| self.ledger.admit(kind)).await
    }

    /// Waits for the end of the hold and the pace, for a request that follows
    /// a redirect to this host and has its pass already.
    pub(crate) async fn admit_again(&self, pass: &mut Pass) -> Result<(), Hold> {
        pass.entry.sent = self.then(Instant::now).await?;
        Ok(())
    }

    /// Does it when there is no hold and the pace allows a request.
    async fn then<T>(&self, go: impl Fn() -> T) -> Result<T, Hold> {
        let Some(pace) = &self.pace else {
            self.wait_for_hold().await?;
            return Ok(go());
        };
        let _turn = self.turn.lock().await;
        loop {
            self.wait_for_hold().await?;
            pace.turn().await;
            // A hold may have begun while the pace was waited for. The slot is
            // lost then: used late it would exceed the pace.
            if self.held_until().is_none() {
                return Ok(go());
            }
        }
    }

    async fn wait_for_hold(&self) -> Result<(), Hold> {
        loop {
            let Some(hold) = self.held() else { return Ok(()) };
            self.wait(hold).await?;
        }
    }

    /// Waits, or says that it would be too long.
    async fn wait(&self, hold: Hold) -> Result<(), Hold> {
        if hold.left() > self.max_hold {
            return Err(hold);
        }
        tokio::time::sleep_until(hold.until).await;
        Ok(())
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
    use std::time::Duration;

    use super::*;

    fn host(rate: &str) -> HostState {
        HostState::new(rate.parse().unwrap(), 4, Duration::from_secs(60), 0)
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
            Err(hold) => assert_eq!(hold.until, until),
            Ok(_) => panic!("passed during a hold"),
        }
    }

    #[tokio::test]
    async fn at_most_rate_plus_one_in_any_window() {
        let host = host("20/s");
        // Between which two times each was admitted: a busy machine may let any
        // of them wait.
        let mut times = Vec::new();
        for _ in 0..33 {
            let before = Instant::now();
            drop(host.admit(RequestKind::Ping).await);
            times.push((before, Instant::now()));
        }
        for (at, (first, _)) in times.iter().enumerate() {
            let within = times[at..].iter().take_while(|(_, last)| *last - *first < Duration::from_secs(1)).count();
            assert!(within <= 21, "{within} in one second");
        }
        let (first, last) = (times[0].0, times[32].1);
        // A twentieth of a second apart, all but half a slot.
        assert!(last - first >= Duration::from_millis(31 * 50), "{:?}", last - first);
        assert!(last - first < Duration::from_secs(20), "{:?}", last - first);
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
