//! One object per host that owns politeness towards it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::silence::Silence;
use crate::limits::holds::{Hold, Holds};
use crate::limits::kept::{HoldKeeper, Kept, KeptHold};
use crate::limits::ledger::Ledger;
use crate::limits::{LimitKind, Quota, end_of};
use crate::pace::Pace;
use crate::rate::Rate;
use crate::stats::{Counters, Statistics, add};

/// Pace, permits, hold, quota and statistics of one registry.
#[derive(Debug)]
pub struct HostState {
    pub(super) permits: Arc<Semaphore>,
    concurrency: usize,
    rate: Rate,
    pub(super) pace: Option<Pace>,
    /// Who may wait for the pace. One at a time: first come, first served,
    /// and nobody can slip out between another's look at the hold and its
    /// sending.
    pub(super) turn: tokio::sync::Mutex<()>,
    holds: Mutex<Holds>,
    kept: Mutex<Option<Kept>>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) max_hold: Duration,
    /// Whether the host has said that it does not know HEAD. Kept for as long as
    /// this object lives: a registry may learn it.
    head_unknown: AtomicBool,
    silence: Mutex<Silence>,
    /// Shared with the objects of the hosts that belong to this registry.
    pub(crate) counters: Arc<Counters>,
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
            pace: Pace::of(rate),
            turn: tokio::sync::Mutex::new(()),
            holds: Mutex::default(),
            kept: Mutex::default(),
            ledger: Ledger::new(reserve),
            max_hold,
            head_unknown: AtomicBool::new(false),
            silence: Mutex::default(),
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

    /// The end of the present hold; `None` when sending is free.
    #[must_use]
    pub fn held_until(&self) -> Option<Instant> {
        self.holds().now().map(|hold| hold.until)
    }

    /// Has the registry's holds outlive the process: the one that `keeper` has
    /// is obeyed from now on, and it is given those to come.
    ///
    /// Only what a registry asked for is kept; what this client chose where
    /// nothing was told, another would choose anew.
    pub fn keep_holds(&self, keeper: Arc<dyn HoldKeeper>) {
        let (kept, end) = Kept::load(keeper, SystemTime::now());
        if let Some(end) = end {
            // It was counted by the process that met it.
            self.holds().extend(end, true, LimitKind::default());
        }
        *self.kept() = Some(kept);
    }

    /// The hold that is kept and what is left of it, which is nothing when it is
    /// over. `None` without a keeper ([`HostState::keep_holds`]).
    #[must_use]
    pub fn kept_hold(&self) -> Option<(KeptHold, Duration)> {
        self.kept().as_ref()?.hold()
    }

    /// Ends the hold in force, whatever the registry asked for, for the processes
    /// to come too: it answers again, or whoever runs this knows better.
    pub fn end_hold(&self) {
        *self.holds() = Holds::default();
        if let Some(kept) = &mut *self.kept() {
            kept.end(SystemTime::now());
        }
    }

    /// Whether it is to be asked now whether the kept hold still stands. Who is
    /// told so asks: once an hour at most.
    pub(crate) fn take_probe(&self) -> bool {
        self.kept().as_mut().is_some_and(|kept| kept.take_probe(SystemTime::now()))
    }

    /// Keeps the hold in force, as far as the registry asked for it, where that
    /// has not been done. Those that end a request are kept as they do; the
    /// others, short ones, are waited for, and are lost with who waits.
    pub fn keep_hold_in_force(&self) {
        let Some(Hold { told: Some(end), limit, .. }) = self.held() else { return };
        let reason = || format!("{limit}, met at the end of an earlier run");
        if let Some(kept) = &mut *self.kept() {
            kept.keep(end, SystemTime::now(), reason);
        }
    }

    /// What was sent so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        self.counters.snapshot()
    }

    /// Whether the last attempts did not reach the host, however few they were.
    #[must_use]
    pub fn is_unreached(&self) -> bool {
        self.silence().has_begun()
    }

    /// Whether the host may be gone: at least 20 attempts in a row, at 5 different
    /// things, did not reach it, and it has not answered for 10 s. Whoever asks
    /// decides by one more request ([`crate::Registry::ping`]).
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.silence().is_long(Instant::now())
    }

    /// Notes that the host answered, whatever it said.
    pub(crate) fn answered(&self) {
        self.silence().answered();
    }

    /// Notes that an attempt did not reach the host.
    pub(crate) fn unreached(&self, path: &str) {
        self.silence().unreached(path, Instant::now());
    }

    fn silence(&self) -> MutexGuard<'_, Silence> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the host has said that it does not know HEAD.
    pub(crate) fn is_head_unknown(&self) -> bool {
        self.head_unknown.load(Ordering::Relaxed)
    }

    /// Notes that the host does not know HEAD.
    pub(crate) fn note_head_unknown(&self) {
        self.head_unknown.store(true, Ordering::Relaxed);
    }

    /// The hold in force.
    pub(crate) fn held(&self) -> Option<Hold> {
        self.holds().now()
    }

    /// The hold, if it is longer than is waited for.
    pub(crate) fn held_too_long(&self) -> Option<Hold> {
        self.held().filter(|hold| hold.left() > self.max_hold)
    }

    /// Keeps a wait that the registry asked for and that ended a request;
    /// `reason` is the error's sentence.
    pub(crate) fn keep(&self, wait: Duration, reason: impl FnOnce() -> String) {
        if let Some(kept) = &mut *self.kept() {
            kept.keep(end_of(wait), SystemTime::now(), reason);
        }
    }

    /// Notes that a limit met a request sent at `sent`, and holds everybody: a limit
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

    fn kept(&self) -> MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Keeps the last hold, and counts how often it was told.
    #[derive(Debug, Default)]
    struct Memory(Mutex<(Option<KeptHold>, usize)>);

    impl HoldKeeper for Memory {
        fn load(&self) -> Option<KeptHold> {
            self.0.lock().unwrap().0.clone()
        }

        fn keep(&self, hold: &KeptHold) {
            let mut kept = self.0.lock().unwrap();
            *kept = (Some(hold.clone()), kept.1 + 1);
        }
    }

    #[tokio::test]
    async fn a_hold_is_kept_for_another_process() {
        let memory = Arc::new(Memory::default());
        let first = host("none");
        first.keep_holds(Arc::clone(&memory) as _);
        first.keep(Duration::from_secs(120), || "busy".to_owned());
        // Shorter, or as long: there is nothing new to keep.
        first.keep(Duration::from_secs(60), || "less busy".to_owned());
        assert_eq!(memory.0.lock().unwrap().1, 1);
        let second = host("none");
        second.keep_holds(Arc::clone(&memory) as _);
        let (kept, left) = second.kept_hold().unwrap();
        assert!(kept.reason == "busy" && (119..=121).contains(&left.as_secs()), "{kept:?} {left:?}");
        assert_eq!(second.held().map(|hold| hold.told), Some(second.held_until()));
        assert_eq!((second.statistics().holds, memory.0.lock().unwrap().1), (0, 1));
    }

    #[tokio::test]
    async fn of_the_hold_in_force_what_the_registry_asked_for_is_kept() {
        #[track_caller]
        fn check(told: Option<u64>, chosen: Option<u64>, expected: Option<u64>) {
            let memory = Arc::new(Memory::default());
            let host = host("none");
            host.keep_holds(Arc::clone(&memory) as _);
            for (seconds, told) in [(told, true), (chosen, false)] {
                let end = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
                end.map(|end| host.hold(end, told, LimitKind::Requests)).unwrap_or_default();
            }
            host.keep_hold_in_force();
            let left = host.kept_hold().map(|(_, left)| left.as_secs() + 1);
            assert_eq!((left, memory.0.lock().unwrap().1), (expected, usize::from(expected.is_some())));
            // It is kept already.
            host.keep_hold_in_force();
            assert_eq!(memory.0.lock().unwrap().1, usize::from(expected.is_some()));
        }
        check(None, None, None);
        check(None, Some(30), None);
        check(Some(30), None, Some(30));
        check(Some(20), Some(30), Some(20));
    }
}
