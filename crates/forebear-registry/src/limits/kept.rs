//! Holds that outlive the process: as times of day, told to a keeper.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use forebear_image::Timestamp;
use tokio::time::Instant;

use super::end_of;

/// A registry's word is doubted where it is longer than this. No limit in use is;
/// a number that a server got wrong can close a registry for years.
pub const DOUBTED_ABOVE: Duration = Duration::from_secs(7 * 24 * 3600);
/// Seconds between two questions whether such a hold still stands.
const PROBE_EVERY: i64 = 3600;

/// A registry's word that nothing is to be sent for a while. All times are the
/// machine's clock, in whole seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHold {
    /// When the registry said so.
    pub since: Timestamp,
    /// When it ends, rounded up.
    pub until: Timestamp,
    /// The registry's answer, as a sentence.
    pub reason: String,
    /// When it was last asked whether such a hold still stands.
    pub probed: Option<Timestamp>,
}

/// Keeps the holds of one registry for the processes to come.
///
/// It is called from within a request, seldom, and may take as long as a write
/// to a disk. One that fails notes that for who made it: the client goes on by
/// what it knows.
pub trait HoldKeeper: fmt::Debug + Send + Sync {
    /// The hold that was kept last, over or not.
    fn load(&self) -> Option<KeptHold>;

    /// Keeps a hold in place of the one before. When this returns, it is kept.
    fn keep(&self, hold: &KeptHold);
}

impl KeptHold {
    /// Whether it is too long to be believed without asking again.
    fn is_doubted(&self) -> bool {
        let length = self.until.seconds.saturating_sub(self.since.seconds);
        u64::try_from(length).is_ok_and(|length| length > DOUBTED_ABOVE.as_secs())
    }

    /// What is left of it; `None` once it is over. On a clock that was set back
    /// behind its beginning, how much of it has passed cannot be known: it
    /// begins anew, and is neither shorter nor longer than what was asked for.
    fn left(&self, clock: SystemTime) -> Option<Duration> {
        let now = whole_seconds(clock, false);
        let from = now.seconds.max(self.since.seconds);
        let left = u64::try_from(self.until.seconds.saturating_sub(from)).unwrap_or(0);
        let begun = clock.duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
        let passed = if from == now.seconds { Duration::new(0, begun) } else { Duration::ZERO };
        Some(Duration::from_secs(left).saturating_sub(passed)).filter(|left| !left.is_zero())
    }

    /// The same hold as the clock reads now: begun anew where that was set back.
    fn begun_anew(self, now: Timestamp) -> Self {
        if now.seconds >= self.since.seconds {
            return self;
        }
        let length = self.until.seconds.saturating_sub(self.since.seconds);
        let until = Timestamp { seconds: now.seconds.saturating_add(length), nanos: 0 };
        Self { since: now, until, ..self }
    }
}

/// A keeper and what it has.
#[derive(Debug)]
pub(crate) struct Kept {
    keeper: Arc<dyn HoldKeeper>,
    /// The hold and its end, which no clock that is set moves.
    hold: Option<(KeptHold, Instant)>,
    /// Whether an earlier process met it.
    is_old: bool,
}

impl Kept {
    /// What a keeper has, and the end of it where it is not over.
    pub(crate) fn load(keeper: Arc<dyn HoldKeeper>, clock: SystemTime) -> (Self, Option<Instant>) {
        let now = whole_seconds(clock, false);
        let known = keeper.load().and_then(|hold| Some((hold.left(clock)?, hold)));
        let hold = known.map(|(left, hold)| {
            let again = hold.clone().begun_anew(now);
            if again != hold {
                // It goes by what the clock reads now.
                keeper.keep(&again);
            }
            (again, end_of(left))
        });
        let end = hold.as_ref().map(|(_, end)| *end);
        (Self { keeper, hold, is_old: true }, end)
    }

    /// Whether it is to be asked now whether the hold still stands: one that is
    /// doubted, by the next process that meets it, once an hour at most. That it
    /// is being asked is kept first: a process that is killed has asked too.
    pub(crate) fn take_probe(&mut self, clock: SystemTime) -> bool {
        let now = whole_seconds(clock, false);
        let Some((hold, _)) = self.hold.as_mut().filter(|(_, end)| *end > Instant::now()) else { return false };
        let met = (!self.is_old).then_some(hold.since);
        // A clock that was set back says nothing of when it was.
        let is_recent = |at: Timestamp| (0..PROBE_EVERY).contains(&now.seconds.saturating_sub(at.seconds));
        if !hold.is_doubted() || met.max(hold.probed).is_some_and(is_recent) {
            return false;
        }
        hold.probed = Some(now);
        self.keeper.keep(hold);
        true
    }

    /// Ends the hold, for the processes to come too.
    pub(crate) fn end(&mut self, clock: SystemTime) {
        if let Some((hold, _)) = self.hold.take() {
            self.keeper.keep(&KeptHold { until: whole_seconds(clock, false).min(hold.until), ..hold });
        }
    }

    /// The hold and what is left of it: nothing when it is over.
    pub(crate) fn hold(&self) -> Option<(KeptHold, Duration)> {
        let (hold, end) = self.hold.as_ref()?;
        Some((hold.clone(), end.saturating_duration_since(Instant::now())))
    }

    /// Keeps a hold that ends at `end`, unless one is kept that ends no sooner:
    /// a hold is never shortened.
    pub(crate) fn keep(&mut self, end: Instant, clock: SystemTime, reason: impl FnOnce() -> String) {
        if self.hold.as_ref().is_some_and(|(_, known)| *known >= end) {
            return;
        }
        let since = whole_seconds(clock, false);
        let left = end.saturating_duration_since(Instant::now());
        // A clock can't read later than this.
        let until = clock.checked_add(left).unwrap_or(clock);
        let probed = self.hold.as_ref().and_then(|(known, _)| known.probed);
        let hold = KeptHold { since, until: whole_seconds(until, true), reason: reason(), probed };
        let same = |known: &KeptHold| known.until == hold.until && known.since <= hold.since;
        match &mut self.hold {
            // Several answers ask for one hold, a moment apart.
            Some((known, known_end)) if same(known) => *known_end = end,
            _ => {
                self.keeper.keep(&hold);
                self.hold = Some((hold, end));
                self.is_old = false;
            }
        }
    }
}

/// A time of day in whole seconds, cut or rounded up.
fn whole_seconds(time: SystemTime, up: bool) -> Timestamp {
    let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since_1970.as_secs() + u64::from(up && since_1970.subsec_nanos() > 0);
    Timestamp { seconds: i64::try_from(seconds).unwrap_or(i64::MAX), nanos: 0 }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Debug, Default)]
    struct Memory(Mutex<Vec<KeptHold>>);

    impl HoldKeeper for Memory {
        fn load(&self) -> Option<KeptHold> {
            self.0.lock().unwrap().last().cloned()
        }

        fn keep(&self, hold: &KeptHold) {
            self.0.lock().unwrap().push(hold.clone());
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp { seconds, nanos: 0 }
    }

    fn hold(since: i64, until: i64) -> KeptHold {
        KeptHold { since: at(since), until: at(until), reason: "busy".to_owned(), probed: None }
    }

    fn clock(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_on_a_clock_that_jumps() {
        /// A hold from 100,000 for 600 seconds: what is left of it at a time in
        /// milliseconds, in milliseconds, and what is kept anew.
        #[track_caller]
        fn check(now: u64, left: Option<u64>, anew: Option<(i64, i64)>) {
            let memory = Arc::new(Memory(Mutex::new(vec![hold(100_000, 100_600)])));
            let (kept, end) = Kept::load(Arc::clone(&memory) as _, clock(now));
            let left = left.map(Duration::from_millis);
            assert_eq!(end.map(|end| end - Instant::now()), left);
            let expected = anew.map_or_else(|| hold(100_000, 100_600), |(since, until)| hold(since, until));
            assert_eq!(kept.hold(), left.map(|left| (expected.clone(), left)));
            assert_eq!(memory.0.lock().unwrap()[1..], anew.map(|_| expected).as_slice()[..]);
        }
        check(100_000_000, Some(600_000), None);
        check(100_000_300, Some(599_700), None);
        check(100_599_999, Some(1), None);
        check(100_600_000, None, None);
        check(999_999_000, None, None);
        // Set back by a day: 600 seconds from now, not a day and 600 seconds.
        check(13_600_300, Some(600_000), Some((13_600, 14_200)));
    }

    #[tokio::test(start_paused = true)]
    async fn holds_are_rounded_up_and_never_shortened() {
        /// Holds as they are met, each at a time of day in milliseconds and for
        /// this many seconds; what is told to the keeper.
        #[track_caller]
        fn check(met: &[(u64, u64)], expected: &[(i64, i64)]) {
            let memory = Arc::new(Memory::default());
            let (mut kept, _) = Kept::load(Arc::clone(&memory) as _, UNIX_EPOCH);
            for (now, seconds) in met {
                kept.keep(end_of(Duration::from_secs(*seconds)), clock(*now), || "busy".to_owned());
            }
            let expected: Vec<_> = expected.iter().map(|(since, until)| hold(*since, *until)).collect();
            assert_eq!(*memory.0.lock().unwrap(), expected, "{met:?}");
        }
        check(&[(1_000, 60)], &[(1, 61)]);
        check(&[(1_200, 60)], &[(1, 62)]);
        check(&[(1_200, 60), (1_200, 20)], &[(1, 62)]);
        check(&[(1_200, 60), (1_200, 60)], &[(1, 62)]);
        check(&[(1_200, 60), (1_200, 90)], &[(1, 62), (1, 92)]);
        // A clock that was set back in between makes no hold shorter.
        check(&[(900_000, 60), (1_000, 90)], &[(900, 960), (1, 91)]);
    }

    /// Whether a hold is asked about at these times, in seconds; it was told at
    /// 100,000 by an earlier process.
    #[tokio::test(start_paused = true)]
    async fn p452_a_hold_above_a_week_is_asked_about_once_an_hour() {
        #[track_caller]
        fn check(days: i64, probed: Option<i64>, asked: &[(u64, bool)]) {
            let told = KeptHold { probed: probed.map(at), ..hold(100_000, 100_000 + days * 86_400) };
            let memory = Arc::new(Memory(Mutex::new(vec![told])));
            let (mut kept, _) = Kept::load(Arc::clone(&memory) as _, clock(100_000_000));
            for (now, expected) in asked {
                assert_eq!(kept.take_probe(clock(now * 1_000)), *expected, "at {now}");
                // As the next process would.
                kept = Kept::load(Arc::clone(&memory) as _, clock(100_000_000)).0;
            }
        }
        check(7, None, &[(100_001, false), (200_000, false)]);
        check(8, None, &[(100_001, true), (100_002, false), (103_600, false), (103_601, true), (103_602, false)]);
        check(8, Some(100_000), &[(103_599, false), (103_600, true)]);
        // A clock that was ahead when it was asked, and is right now.
        check(3_650, Some(900_000), &[(100_001, true), (100_002, false)]);
    }

    /// The process that is told to wait does not ask back at once.
    #[tokio::test(start_paused = true)]
    async fn p452_what_was_just_told_is_not_asked_about() {
        let (mut kept, _) = Kept::load(Arc::new(Memory::default()), UNIX_EPOCH);
        kept.keep(end_of(DOUBTED_ABOVE * 2), clock(1_000_000), || "busy".to_owned());
        assert!(!kept.take_probe(clock(1_001_000)) && kept.take_probe(clock(4_600_000)));
        kept.end(clock(4_601_000));
        assert!(kept.hold().is_none() && !kept.take_probe(clock(99_000_000)));
    }
}
