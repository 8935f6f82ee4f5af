//! The loop: sends tasks out, gathers outcomes, obeys limits and signals.

use std::sync::Arc;

use forebear_registry::Registry;
use forebear_store::{Stage, Task};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::error::CrawlError;
use crate::report::Stop;

use super::frontier::Frontier;
use super::halts::{Halts, IN_FLIGHT_ENDS};
use super::lists::Steps;
use super::outcome::{Next, Outcome};
use super::part::Part;
use super::ready::far;
use super::tally::Tally;
use super::turn::Turn;
use super::unmatched::Unmatched;
use super::unreached::{Unreached, is_gone};
use super::write_batcher::{BATCH, WriteBatcher};
use super::{fetch, stored};

/// A run under way.
pub(super) struct Coordinator<'a, 'p> {
    registry: &'a Registry,
    batcher: WriteBatcher,
    frontier: Frontier,
    part: Part,
    halts: Halts<'a>,
    tally: &'a mut Tally<'p>,
    /// Pages of repositories so far.
    pages: Steps,
    unreached: Unreached,
    unmatched: Unmatched,
}

impl<'a, 'p> Coordinator<'a, 'p> {
    pub(super) fn new(
        registry: &'a Registry,
        batcher: WriteBatcher,
        halts: Halts<'a>,
        tally: &'a mut Tally<'p>,
    ) -> Self {
        let part = Part::new(Arc::clone(batcher.store()), batcher.context().run);
        let unmatched = Unmatched::of(&batcher.context().selection);
        let (frontier, pages, unreached) = (Frontier::new(), Steps::default(), Unreached::default());
        Self { registry, batcher, frontier, part, halts, tally, pages, unreached, unmatched }
    }

    /// Syncs what was committed, and gives back what was not done. What comes back
    /// knows what of the selection has matched nothing.
    pub(super) async fn finish(self) -> Result<Unmatched, CrawlError> {
        self.batcher.finish().await?;
        Ok(self.unmatched)
    }

    /// Runs the frontier dry, or until something stops it.
    pub(super) async fn run(&mut self) -> Result<Option<Stop>, CrawlError> {
        let permits = self.registry.host().concurrency();
        // A few more than permits, so that a permit never waits for the
        // coordinator.
        let at_once = permits * 2;
        let (sender, mut outcomes) = mpsc::channel::<(Task, Outcome, Turn)>(BATCH);
        let mut fetches = JoinSet::new();
        let mut in_flight = 0_usize;
        loop {
            self.batcher.check()?;
            self.part.renew().await?;
            if self.sends() && self.frontier.is_low(Stage::Tag) {
                self.batcher.feed();
            }
            while self.sends() && in_flight < at_once {
                // One long list after the other, so that few are in memory.
                let lists = !self.batcher.has_listings();
                let Some(task) = self.frontier.next(&self.part, lists).await? else { break };
                let (registry, sender) = (self.registry.clone(), sender.clone());
                let context = Arc::clone(self.batcher.context());
                // A new frontier holds nothing that is stored.
                let store = context.resumed.then(|| Arc::clone(self.batcher.store()));
                in_flight += 1;
                fetches.spawn(async move {
                    let mut turn = Turn::default();
                    let stored = match store {
                        Some(store) => stored::answer(&*store, &task, &mut turn).await,
                        None => None,
                    };
                    let outcome = match stored {
                        Some(outcome) => outcome,
                        None => fetch::guarded(fetch::fetch(&registry, &task, &context, &mut turn)).await,
                    };
                    // The coordinator outlives its fetches.
                    _ = sender.send((task, outcome, turn)).await;
                });
            }
            // Nothing else can be sent, but what is gathered may make tasks.
            let starving = in_flight <= permits && self.batcher.leads_on();
            if in_flight == 0 || starving || self.batcher.is_due() {
                if !self.batcher.is_empty() {
                    self.batcher.commit(&mut self.frontier, &self.part, self.tally).await?;
                    self.tell();
                    continue;
                }
                if self.sends() && !self.unreached.is_empty() {
                    self.ask_whether_it_is_there().await;
                    continue;
                }
                // Nothing is left to do, or the run is to end. A pause and a
                // slow disk are waited for.
                match self.sends() {
                    true if self.batcher.has_listings() => continue,
                    sends if sends || self.halts.stopped.is_some() => return Ok(self.halts.stopped.take()),
                    _ => {}
                }
            }
            let mut arrived = Vec::with_capacity(at_once);
            let (paused, ends) = (far(self.halts.paused), far(self.halts.ends));
            let (given_up, due) = (far(self.halts.given_up), self.batcher.due());
            let running = self.halts.stopped.is_none();
            tokio::select! {
                received = outcomes.recv_many(&mut arrived, BATCH), if in_flight > 0 => in_flight -= received,
                () = tokio::time::sleep_until(due.into()), if !self.batcher.is_empty() => {}
                () = self.batcher.synced() => {}
                () = tokio::time::sleep_until(self.part.due()) => {}
                () = tokio::time::sleep_until(paused.into()), if running => self.resume(),
                () = self.halts.signal.told(), if running => self.interrupted(in_flight),
                () = tokio::time::sleep_until(ends.into()), if running => self.halts.stop(Stop::TimeUp),
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
            for (task, outcome, turn) in arrived {
                self.arrived(task, outcome, turn)?;
            }
            self.look_at_silence().await;
            self.tell();
        }
    }

    /// Tells where the run is.
    fn tell(&mut self) {
        let host = self.registry.host();
        self.tally.tell_with(self.registry.statistics().requests(), host.quota());
    }

    /// Ends the run, and says what is still waited for.
    fn interrupted(&mut self, in_flight: usize) {
        self.halts.stop(Stop::Interrupted);
        self.tally.stopping(in_flight.min(self.registry.host().concurrency()), IN_FLIGHT_ENDS);
    }

    /// What did not reach the registry goes on when that answers again; when it has
    /// not for long, one question decides.
    async fn look_at_silence(&mut self) {
        let host = self.registry.host();
        if self.unreached.is_empty() || !self.halts.sends() {
            return;
        }
        if !host.is_unreached() {
            self.goes_on();
        } else if host.is_silent() {
            self.ask_whether_it_is_there().await;
        }
    }

    /// Asks the registry whether it is there at all. If not, the run ends as at a
    /// limit: nothing of it failed, and the next run goes on.
    async fn ask_whether_it_is_there(&mut self) {
        let pinged = tokio::select! {
            pinged = self.registry.ping() => pinged,
            () = self.halts.signal.told() => return self.interrupted(0),
        };
        match pinged {
            Err(error) if is_gone(error.kind()) => {
                let requests = self.registry.statistics().requests();
                self.halts.stop(Stop::Unreachable { requests, reason: error.to_string() });
            }
            _ => self.goes_on(),
        }
    }

    fn goes_on(&mut self) {
        let (again, failed) = self.unreached.returned();
        again.into_iter().for_each(|task| self.frontier.put_back(task));
        failed.into_iter().for_each(|(task, outcome)| self.batcher.gather(task, outcome));
    }

    fn arrived(&mut self, task: Task, outcome: Outcome, turn: Turn) -> Result<(), CrawlError> {
        if let Outcome::Limited { wait, message } = outcome {
            self.frontier.put_back(task);
            if let Some(limit) = self.halts.limited(wait, message)? {
                self.tally.snapshot.held_until = limit.until();
                self.tally.tell();
            }
            return Ok(());
        }
        let Some((task, mut outcome)) = self.unreached.keep(task, outcome, self.registry.host()) else { return Ok(()) };
        if let Outcome::Repositories { names, next, .. } = &mut outcome {
            self.unmatched.see(names.as_slice(), &self.batcher.context().selection);
            let page = match next {
                Next::Page(page) => Some(&*page),
                Next::End | Next::Trap(_) => None,
            };
            if let Err(why) = self.pages.take(page, names.len() == 0) {
                *next = Next::Trap(why);
            }
        }
        self.batcher.gather(task, outcome);
        self.batcher.hold(turn);
        Ok(())
    }

    /// Whether tasks are sent out.
    fn sends(&self) -> bool {
        self.halts.sends() && self.batcher.has_room()
    }

    fn resume(&mut self) {
        self.halts.paused = None;
        self.tally.snapshot.held_until = None;
    }
}
