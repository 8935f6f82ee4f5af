//! The loop: sends tasks out, gathers outcomes, obeys limits and signals.

use std::time::{Duration, Instant};

use forebear_registry::Registry;
use forebear_store::{Stage, Task};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::error::CrawlError;
use crate::on_limit::OnLimit;
use crate::report::Stop;
use crate::signal::Signal;

use super::absorb::Absorber;
use super::fetch::{self, Outcome};
use super::flusher::Flusher;
use super::frontier::Frontier;
use super::gathered::{BATCH, Gathered};
use super::holds::Holds;
use super::ready::far;

/// How long a run that is to end waits for what is in flight. What is given up
/// then stays on the frontier.
const IN_FLIGHT_ENDS: Duration = Duration::from_secs(10);

/// A run under way.
pub(super) struct Drive<'a, 's> {
    absorber: &'a mut Absorber<'s>,
    frontier: Frontier,
    registry: &'a Registry,
    flusher: Flusher,
    holds: Holds<'s>,
    on_limit: OnLimit,
    signal: Signal,
    /// When the run's own time is up.
    ends: Option<Instant>,
    /// Until when nothing is sent, because of a limit.
    paused: Option<Instant>,
    stopped: Option<Stop>,
    /// When what is in flight is given up.
    given_up: Option<Instant>,
    run: u64,
}

impl<'a, 's> Drive<'a, 's> {
    pub(super) fn new(
        absorber: &'a mut Absorber<'s>,
        registry: &'a Registry,
        run: u64,
        on_limit: OnLimit,
        flusher: Flusher,
        holds: Holds<'s>,
        (signal, ends): (Signal, Option<Instant>),
    ) -> Self {
        Self {
            absorber,
            frontier: Frontier::new(run),
            registry,
            flusher,
            holds,
            on_limit,
            signal,
            ends,
            paused: None,
            stopped: None,
            given_up: None,
            run,
        }
    }

    /// Flushes what was applied.
    pub(super) async fn finish(self) -> Result<(), CrawlError> {
        Ok(self.flusher.finish().await?)
    }

    /// Runs the frontier dry, or until something stops it.
    pub(super) async fn run(&mut self) -> Result<Option<Stop>, CrawlError> {
        let permits = self.registry.host().concurrency();
        // A few more than permits, so that a permit never waits for the
        // coordinator.
        let at_once = permits * 2;
        let (sender, mut outcomes) = mpsc::channel::<(Task, Outcome)>(BATCH);
        let mut fetches = JoinSet::new();
        let mut in_flight = 0_usize;
        let mut gathered = Gathered::new(self.run);
        loop {
            self.flusher.check()?;
            if self.sends()
                && self.frontier.is_low(Stage::Tag)
                && let Some(listing) = self.absorber.listings.pop_front()
            {
                gathered.feed(listing, self.absorber, &mut self.frontier)?;
            }
            while self.sends() && in_flight < at_once {
                // One long list after the other, so that few are in memory.
                let lists = self.absorber.listings.is_empty();
                let Some(task) = self.frontier.next(self.absorber.store, lists)? else { break };
                let (registry, sender) = (self.registry.clone(), sender.clone());
                in_flight += 1;
                fetches.spawn(async move {
                    let outcome = fetch::guarded(fetch::fetch(&registry, &task)).await;
                    // The coordinator outlives its fetches.
                    _ = sender.send((task, outcome)).await;
                });
            }
            // Nothing else can be sent, but what is gathered holds new tasks.
            let starving = in_flight <= permits && !gathered.batch.tasks.is_empty();
            if in_flight == 0 || starving || gathered.is_due() {
                if !gathered.is_empty() {
                    gathered.commit(&self.flusher, self.absorber, &mut self.frontier)?;
                    continue;
                }
                // Nothing is left to do, or the run is to end. A pause and a
                // slow disk are waited for.
                match self.sends() {
                    true if !self.absorber.listings.is_empty() => continue,
                    sends if sends || self.stopped.is_some() => return Ok(self.stopped.take()),
                    _ => {}
                }
            }
            let mut arrived = Vec::with_capacity(at_once);
            let (paused, ends, given_up) = (far(self.paused), far(self.ends), far(self.given_up));
            let running = self.stopped.is_none();
            tokio::select! {
                received = outcomes.recv_many(&mut arrived, BATCH), if in_flight > 0 => in_flight -= received,
                () = tokio::time::sleep_until(gathered.due.into()), if !gathered.is_empty() => {}
                () = self.flusher.changed() => {}
                () = tokio::time::sleep_until(paused.into()), if running => self.resume(),
                () = self.signal.told(), if running => self.stop(Stop::Interrupted),
                () = tokio::time::sleep_until(ends.into()), if running => self.stop(Stop::TimeUp),
                () = tokio::time::sleep_until(given_up.into()), if in_flight > 0 => {
                    fetches.abort_all();
                    in_flight = 0;
                    // What had come in is not lost.
                    while let Ok(outcome) = outcomes.try_recv() {
                        arrived.push(outcome);
                    }
                }
            }
            while fetches.try_join_next().is_some() {}
            for (task, outcome) in arrived {
                match outcome {
                    Outcome::Limited { wait, message } => {
                        self.frontier.put_back(task);
                        self.limited(wait, message)?;
                    }
                    outcome => {
                        gathered.take(task, outcome, self.absorber, &mut self.frontier)?;
                    }
                }
            }
            let snapshot = &mut self.absorber.counts.snapshot;
            snapshot.requests = self.registry.host().statistics().requests();
            self.absorber.progress.update(snapshot);
        }
    }

    /// Whether tasks are sent out.
    fn sends(&self) -> bool {
        self.stopped.is_none() && self.paused.is_none() && self.flusher.has_room()
    }

    fn stop(&mut self, why: Stop) {
        self.stopped = Some(why);
        self.given_up = Instant::now().checked_add(IN_FLIGHT_ENDS);
    }

    fn resume(&mut self) {
        self.paused = None;
        self.absorber.counts.snapshot.held_until = None;
    }

    /// A task met the registry's limit. It holds for all that are in flight:
    /// they meet it too, or come through.
    fn limited(&mut self, wait: Option<Duration>, message: String) -> Result<(), CrawlError> {
        // Kept whatever ends the run: the next one obeys it.
        let stop = self.holds.met(wait, message)?;
        match &mut self.stopped {
            Some(known @ Stop::Limit { .. }) if stop.until() > known.until() => {
                *known = stop;
                return Ok(());
            }
            Some(_) => return Ok(()),
            None => {}
        }
        if self.on_limit == OnLimit::Park {
            self.stop(stop);
            return Ok(());
        }
        // Several tasks meet one limit: it is one pause.
        if wait.is_some() || self.paused.is_none() {
            let pause = self.holds.pause(wait);
            self.paused = self.paused.max(Some(far(Instant::now().checked_add(pause))));
        }
        self.tell_pause(&stop);
        Ok(())
    }

    fn tell_pause(&mut self, stop: &Stop) {
        self.absorber.counts.snapshot.held_until = stop.until();
        self.absorber.progress.update(&self.absorber.counts.snapshot);
    }
}
