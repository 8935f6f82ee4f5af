//! A job's state while it runs.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use forebear_image::Timestamp;
use forebear_registry::Registry;

use super::error::StateError;
use super::files::StateFolder;
use super::job_state::{JobState, Phase};
use forebear_image::chain::chain;

use crate::progress::{Progress, Snapshot};

/// The pace is measured over this long.
const OVER: Duration = Duration::from_secs(30);

/// Takes the progress of a run, shows it on as it is, and writes it where
/// `status` finds it whenever it is told to.
pub struct Live<'a> {
    folder: &'a StateFolder,
    shown: &'a dyn Progress,
    inner: Mutex<Inner>,
    /// Whether what was written last is older than it should be.
    stale: AtomicBool,
}

struct Inner {
    state: JobState,
    /// When how many requests had been sent.
    sent: VecDeque<(Instant, u64)>,
}

impl<'a> Live<'a> {
    /// Begins with a state.
    #[must_use]
    pub fn new(folder: &'a StateFolder, state: JobState, shown: &'a dyn Progress) -> Self {
        let sent = VecDeque::from([(Instant::now(), 0)]);
        Self { folder, shown, inner: Mutex::new(Inner { state, sent }), stale: AtomicBool::new(false) }
    }

    /// Changes the state.
    pub fn change(&self, change: impl FnOnce(&mut JobState)) {
        let mut inner = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut inner.state);
    }

    /// The state now.
    #[must_use]
    pub fn state(&self) -> JobState {
        self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner).state.clone()
    }

    /// Brings what the registry tells up to date and writes the state. That it
    /// cannot be written is logged: the crawl goes on without.
    pub fn write(&self, registry: &Registry, now: Timestamp) {
        let host = registry.host();
        let requests = host.statistics().requests();
        let state = {
            let mut inner = self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let Inner { state, sent } = &mut *inner;
            sent.push_back((Instant::now(), requests));
            while sent.get(1).is_some_and(|(time, _)| time.elapsed() >= OVER) {
                sent.pop_front();
            }
            state.updated = now;
            state.pace.rate = host.rate().to_string();
            state.pace.concurrency = host.concurrency();
            state.pace.requests_per_second = pace(sent);
            state.quota = host.quota().and_then(|quota| serde_json::to_value(quota).ok());
            let held = host.held_until().map(|until| until.saturating_duration_since(tokio::time::Instant::now()));
            let held = held.map(|left| Timestamp { seconds: now.seconds.saturating_add(seconds_up(left)), nanos: 0 });
            // A hold that is waited for is the engine's to know.
            state.held_until = held.max(state.frontier.held_until).filter(|until| *until > now);
            let left = state.held_until.map_or(0, |until| (until.seconds - now.seconds).unsigned_abs());
            state.eta = eta(state, left);
            state.clone()
        };
        self.save(&state);
    }

    /// Ends with this phase.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn end(&self, phase: Phase, now: Timestamp) -> Result<(), StateError> {
        self.change(|state| {
            state.phase = phase;
            state.updated = now;
            state.eta = None;
        });
        self.folder.write(&self.state())
    }

    /// Says once in a row that the state cannot be written.
    fn save(&self, state: &JobState) {
        let written = self.folder.write(state);
        let was_stale = self.stale.swap(written.is_err(), Ordering::Relaxed);
        if let Err(error) = written.map_err(|error| chain(&error))
            && !was_stale
        {
            tracing::warn!(%error, "the state of the run could not be written; 'status' shows an older one");
        }
    }
}

impl Progress for Live<'_> {
    fn update(&self, snapshot: &Snapshot) {
        self.change(|state| state.frontier = *snapshot);
        self.shown.update(snapshot);
    }

    fn failed(&self, subject: &str, message: &str) {
        self.shown.failed(subject, message);
    }

    fn told(&self, line: &str) {
        self.shown.told(line);
    }

    fn stopping(&self, in_flight: usize, seconds: u64) {
        self.shown.stopping(in_flight, seconds);
    }
}

/// Requests in each second.
fn pace(sent: &VecDeque<(Instant, u64)>) -> f64 {
    let (Some((from, before)), Some((to, after))) = (sent.front(), sent.back()) else { return 0.0 };
    let seconds = to.duration_since(*from).as_secs_f64();
    if seconds < 0.1 { 0.0 } else { ((after - before) as f64 / seconds * 100.0).round() / 100.0 }
}

/// What is left, as far as can be told, at the present pace, after the present hold.
fn eta(state: &JobState, hold: u64) -> Option<u64> {
    if state.frontier.open == 0 {
        return None;
    }
    let (pace, left) = (state.pace.requests_per_second, state.frontier.left());
    (pace > 0.0).then(|| hold.saturating_add((left.requests as f64 / pace).ceil() as u64))
}

fn seconds_up(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(i64::MAX)
}
