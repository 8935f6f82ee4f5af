//! What keeps a run from sending: a registry's limit, a signal, its own time.

use std::time::{Duration, Instant};

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::report::Stop;
use crate::signal::Signal;

use super::holds::{Holds, parks};
use super::ready::far;

/// How long a run that is to end waits for what is in flight. What is given up
/// then stays on the frontier.
pub(super) const IN_FLIGHT_ENDS: Duration = Duration::from_secs(10);

/// Pauses of a run, and its end.
pub(super) struct Halts<'a> {
    holds: Holds<'a>,
    on_limit: OnLimit,
    pub signal: Signal,
    /// When the run's own time is up.
    pub ends: Option<Instant>,
    /// Until when nothing is sent, because of a limit.
    pub paused: Option<Instant>,
    /// Why it is to end.
    pub stopped: Option<Stop>,
    /// When what is in flight is given up.
    pub given_up: Option<Instant>,
}

impl<'a> Halts<'a> {
    pub(super) fn new(holds: Holds<'a>, on_limit: OnLimit, signal: Signal, ends: Option<Instant>) -> Self {
        Self { holds, on_limit, signal, ends, paused: None, stopped: None, given_up: None }
    }

    /// Whether the run neither pauses nor is to end.
    pub(super) fn sends(&self) -> bool {
        self.stopped.is_none() && self.paused.is_none()
    }

    pub(super) fn stop(&mut self, why: Stop) {
        self.stopped = Some(why);
        self.given_up = Instant::now().checked_add(IN_FLIGHT_ENDS);
    }

    /// A task met the registry's limit. It holds for all that are in flight:
    /// they meet it too, or come through. Returns the limit where the run now
    /// pauses for it.
    ///
    /// # Errors
    /// That the hold cannot be kept.
    pub(super) fn limited(&mut self, wait: Option<Duration>, message: String) -> Result<Option<Stop>, CrawlError> {
        // Kept whatever ends the run: the next one obeys it.
        let stop = self.holds.met(wait, message)?;
        match &mut self.stopped {
            Some(known @ Stop::Limit { .. }) if stop.until() > known.until() => {
                *known = stop;
                return Ok(None);
            }
            Some(_) => return Ok(None),
            None => {}
        }
        if parks(self.on_limit, wait) {
            self.stop(stop);
            return Ok(None);
        }
        // Several tasks meet one limit: it is one pause.
        if wait.is_some() || self.paused.is_none() {
            let pause = self.holds.pause(wait);
            self.paused = self.paused.max(Some(far(Instant::now().checked_add(pause))));
        }
        Ok(Some(stop))
    }
}
