//! What is left of a quota, what is under way, and what that will cost.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Quota;
use crate::stats::RequestKind;

/// How long a quota is believed of which neither window nor end is told.
const UNTOLD: Duration = Duration::from_secs(3600);
const KINDS: usize = RequestKind::COUNT;

/// The account of one host's quota.
#[derive(Debug)]
pub(crate) struct Ledger {
    reserve: u64,
    state: Mutex<State>,
    /// Rings when a request under way has been answered or given up.
    answered: Notify,
}

#[derive(Debug, Default)]
struct State {
    last: Option<QuotaReading>,
    /// Whether a pull came through that told no quota: there is none, then, as
    /// far as anybody knows.
    silent: bool,
    /// Requests without an answer yet.
    under_way: [u64; KINDS],
    /// Kinds that had requests under way at any time since the last reading.
    since: [bool; KINDS],
    prices: [PriceSample; KINDS],
}

/// A quota as it was told.
#[derive(Clone, Debug)]
struct QuotaReading {
    quota: Quota,
    at: Instant,
}

impl QuotaReading {
    /// When it is not believed any more. Windows end within [`FOREVER`](super::pause::FOREVER).
    fn end(&self) -> Instant {
        self.at + self.quota.more_within().unwrap_or(UNTOLD)
    }
}

/// Steps of the header between readings with requests of one kind alone.
#[derive(Clone, Copy, Debug, Default)]
struct PriceSample {
    answers: u64,
    steps: u64,
}

/// Whether a request may be sent.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It may, and is under way from now on.
    Go(Entry),
    /// Perhaps, when those under way have been answered.
    Later,
    /// It would go into the reserve.
    Closed {
        /// When there is more.
        until: Instant,
        /// Whether that is known from the registry, or as long as a quota without
        /// a window is believed.
        told: bool,
    },
}

/// A request under way, until it is answered or dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    ledger: Arc<Ledger>,
    kind: RequestKind,
    pub(crate) sent: Instant,
    open: bool,
}

impl Ledger {
    pub(crate) fn new(reserve: u64) -> Arc<Self> {
        Arc::new(Self { reserve, state: Mutex::default(), answered: Notify::new() })
    }

    /// The quota as last told; `None` where none was, or its window is over.
    pub(crate) fn quota(&self) -> Option<Quota> {
        let mut state = self.state();
        state.forget_what_is_over();
        state.last.as_ref().map(|reading| reading.quota.clone())
    }

    pub(crate) fn admit(self: &Arc<Self>, kind: RequestKind) -> Verdict {
        let mut state = self.state();
        state.forget_what_is_over();
        let cost = state.cost(kind);
        if let (Some(reading), 1..) = (&state.last, cost) {
            let needed = self.reserve.saturating_add(cost);
            if reading.quota.remaining < needed {
                return Verdict::Closed { until: reading.end(), told: reading.quota.more_within().is_some() };
            }
            if reading.quota.remaining < needed.saturating_add(state.outstanding()) {
                return Verdict::Later;
            }
        }
        // Not known what is left: the first pull's answer tells. Many at once
        // could be through the reserve before it comes.
        let unknown = state.last.is_none() && !state.silent && self.reserve > 0;
        if unknown && kind == RequestKind::ManifestGet && state.pulls_under_way() > 0 {
            return Verdict::Later;
        }
        if let Some(count) = state.under_way.get_mut(kind as usize) {
            *count += 1;
        }
        state.mark(kind);
        Verdict::Go(Entry { ledger: Arc::clone(self), kind, sent: Instant::now(), open: true })
    }

    /// Waits until a request under way has been answered, or a moment.
    pub(crate) async fn wait_for_an_answer(&self) {
        let _ = tokio::time::timeout(Duration::from_millis(50), self.answered.notified()).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What a request of a kind costs, as far as is known. Nobody assumes that
    /// a pull is free.
    fn cost(&self, kind: RequestKind) -> u64 {
        let price = self.prices.get(kind as usize).copied().unwrap_or_default();
        // To the nearest: others may use the same quota.
        let learned = price.steps.saturating_add(price.answers / 2).checked_div(price.answers);
        match kind {
            RequestKind::ManifestGet => learned.unwrap_or(1).max(1),
            _ => learned.unwrap_or(0),
        }
    }

    fn outstanding(&self) -> u64 {
        let cost = |kind: &RequestKind| {
            self.under_way.get(*kind as usize).map_or(0, |count| count.saturating_mul(self.cost(*kind)))
        };
        RequestKind::ALL.iter().map(cost).fold(0, u64::saturating_add)
    }

    fn pulls_under_way(&self) -> u64 {
        self.under_way.get(RequestKind::ManifestGet as usize).copied().unwrap_or_default()
    }

    fn mark(&mut self, kind: RequestKind) {
        if let Some(mark) = self.since.get_mut(kind as usize) {
            *mark = true;
        }
    }

    fn forget_what_is_over(&mut self) {
        if self.last.as_ref().is_some_and(|reading| reading.end() <= Instant::now()) {
            self.last = None;
        }
    }

    /// Takes a reading from the answer to a request of `kind` sent at `sent`.
    fn read(&mut self, kind: RequestKind, sent: Instant, quota: Quota) {
        if let Some(before) = &self.last {
            if quota.remaining > before.quota.remaining && sent < before.at {
                // It was under way when the lower one came: older news.
                return;
            }
            let alone = self.since.iter().enumerate().all(|(other, mark)| !mark || other == kind as usize);
            if alone && let Some(price) = self.prices.get_mut(kind as usize) {
                // Where it rises, a window has ended: that is no price.
                if let Some(step) = before.quota.remaining.checked_sub(quota.remaining) {
                    price.steps = price.steps.saturating_add(step);
                    price.answers += 1;
                }
            }
        }
        self.last = Some(QuotaReading { quota, at: Instant::now() });
        self.silent = false;
        self.since = self.under_way.map(|count| count > 0);
    }
}

impl Entry {
    /// The answer's headers have come; `success` if it is what was asked for.
    /// An error's may lack the quota, as Docker Hub's 401 does.
    pub(crate) fn answered(&mut self, quota: Option<Quota>, success: bool) {
        self.close();
        match quota {
            Some(quota) => self.ledger.state().read(self.kind, self.sent, quota),
            None if success && self.kind == RequestKind::ManifestGet => self.ledger.state().silent = true,
            None => {}
        }
        self.ledger.answered.notify_waiters();
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open)
            && let Some(count) = self.ledger.state().under_way.get_mut(self.kind as usize)
        {
            *count = count.saturating_sub(1);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.close();
        self.ledger.answered.notify_waiters();
    }
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
