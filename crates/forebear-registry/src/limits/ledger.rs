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
    told: Option<Told>,
    /// Whether a pull came through that told no quota: there is none, then, as
    /// far as anybody knows.
    silent: bool,
    /// Requests without an answer yet.
    under_way: [u64; KINDS],
    /// Kinds that had requests under way at any time since the last reading.
    since: [bool; KINDS],
    seen: [Seen; KINDS],
}

#[derive(Clone, Debug)]
struct Told {
    quota: Quota,
    at: Instant,
}

/// Steps of the header between readings with requests of one kind alone.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
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
    /// It would go into the reserve. There is more at this time, if that is
    /// known.
    Closed(Option<Instant>),
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
        state.told.as_ref().map(|told| told.quota.clone())
    }

    pub(crate) fn admit(self: &Arc<Self>, kind: RequestKind) -> Verdict {
        let mut state = self.state();
        state.forget_what_is_over();
        let cost = state.cost(kind);
        if let (Some(told), 1..) = (&state.told, cost) {
            let needed = self.reserve.saturating_add(cost);
            if told.quota.remaining < needed {
                return Verdict::Closed(told.quota.more_within().and_then(|wait| told.at.checked_add(wait)));
            }
            if told.quota.remaining < needed.saturating_add(state.outstanding()) {
                return Verdict::Later;
            }
        }
        // Not known what is left: the first pull's answer tells. Many at once
        // could be through the reserve before it comes.
        let unknown = state.told.is_none() && !state.silent && self.reserve > 0;
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
        let seen = self.seen.get(kind as usize).copied().unwrap_or_default();
        // To the nearest: others may use the same quota.
        let learned = seen.steps.saturating_add(seen.answers / 2).checked_div(seen.answers);
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
        let over = |told: &Told| told.at.elapsed() >= told.quota.more_within().unwrap_or(UNTOLD);
        if self.told.as_ref().is_some_and(over) {
            self.told = None;
        }
    }

    /// Takes a reading from the answer to a request of `kind` sent at `sent`.
    fn read(&mut self, kind: RequestKind, sent: Instant, quota: Quota) {
        if let Some(before) = &self.told {
            if quota.remaining > before.quota.remaining && sent < before.at {
                // It was under way when the lower one came: older news.
                return;
            }
            let alone = self.since.iter().enumerate().all(|(other, mark)| !mark || other == kind as usize);
            if alone && let Some(seen) = self.seen.get_mut(kind as usize) {
                // Where it rises, a window has ended: that is no price.
                if let Some(step) = before.quota.remaining.checked_sub(quota.remaining) {
                    seen.steps = seen.steps.saturating_add(step);
                    seen.answers += 1;
                }
            }
        }
        self.told = Some(Told { quota, at: Instant::now() });
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
