//! Outcomes on their way into the store: gathered, decided on, written.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use forebear_store::{Batch, Store, StoreError, Task};

use crate::blocking;
use crate::error::CrawlError;

use super::chunk;
use super::context::Context;
use super::decide::decide;
use super::frontier::Frontier;
use super::known::{Known, LookedUp};
use super::listing::Step;
use super::look_up::{Scope, look_up};
use super::outcome::Outcome;
use super::part::Part;
use super::syncer::Syncer;
use super::tally::Tally;
use super::turn::Turn;

/// Outcomes gathered into one batch, about.
pub(super) const BATCH: usize = 256;
/// Bytes of what they brought at which they are applied, however few they are.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The longest that an outcome waits for others before it is applied.
const GATHER_FOR: Duration = Duration::from_millis(50);

/// Outcomes on their way into the store. Their tasks stay active, and pending
/// in the store, until they are applied; the tasks they make are not begun
/// before. sled writes to disk for every batch, whatever its size, so a batch
/// for each outcome would cost more than the outcome.
pub(super) struct WriteBatcher {
    store: Arc<dyn Store>,
    context: Arc<Context>,
    syncer: Arc<Syncer>,
    /// Whether anything is on record as failing: if not, nobody need look.
    has_failures: bool,
    outcomes: VecDeque<(Task, Outcome)>,
    /// About how much memory they take.
    bytes: usize,
    /// The turns of those that are large.
    turns: Vec<Turn>,
    /// Whether one of them may make tasks.
    leads_on: bool,
    /// When they are to be applied at the latest, unless there are none.
    due: Instant,
    /// Lists whose tags are not all on the frontier yet.
    listings: VecDeque<(Task, Outcome)>,
    /// Whether one of them is among the outcomes.
    feeds: bool,
}

impl WriteBatcher {
    pub(super) fn new(store: Arc<dyn Store>, context: Arc<Context>, has_failures: bool) -> Result<Self, StoreError> {
        Ok(Self {
            syncer: Arc::new(Syncer::start(Arc::clone(&store))?),
            store,
            context,
            has_failures,
            outcomes: VecDeque::new(),
            bytes: 0,
            turns: Vec::new(),
            leads_on: false,
            due: Instant::now(),
            listings: VecDeque::new(),
            feeds: false,
        })
    }

    pub(super) fn gather(&mut self, task: Task, outcome: Outcome) {
        if self.is_empty() {
            self.due = Instant::now() + GATHER_FOR;
        }
        self.leads_on |= chunk::leads_on(&outcome);
        self.bytes += chunk::bytes(&outcome);
        self.outcomes.push_back((task, outcome));
    }

    /// Keeps the turn of what was gathered until that is applied.
    pub(super) fn hold(&mut self, turn: Turn) {
        self.turns.extend(Some(turn).filter(Turn::is_held));
    }

    /// Has some more tags of a list put on the frontier, where there is one.
    pub(super) fn feed(&mut self) {
        if !self.feeds
            && let Some((task, listing)) = self.listings.pop_front()
        {
            self.feeds = true;
            self.gather(task, listing);
        }
    }

    /// Decides on all that was gathered and writes what follows, a chunk at a
    /// time.
    ///
    /// # Errors
    /// The store's. What was not written is made again by the next run.
    pub(super) async fn commit(
        &mut self,
        frontier: &mut Frontier,
        part: &Part,
        tally: &mut Tally<'_>,
    ) -> Result<(), CrawlError> {
        while !self.is_empty() {
            let chunk = chunk::take(&mut self.outcomes);
            let (chunk, known) = self.look_up(chunk, frontier).await?;
            let decided = self.decide(chunk, Known::new(known, frontier), tally);
            let Decided { mut batch, rests, waiting } = decided;
            batch.worker = Some(part.worker());
            frontier.take(&mut batch);
            let done = batch.done.clone();
            self.write(batch).await?;
            done.iter().for_each(|task| frontier.done(task));
            waiting.into_iter().for_each(|task| frontier.put_off(task));
            self.put_back(rests);
        }
        (self.leads_on, self.feeds, self.bytes) = (false, false, 0);
        self.turns.clear();
        Ok(())
    }

    async fn look_up(
        &self,
        chunk: Vec<(Task, Outcome)>,
        frontier: &Frontier,
    ) -> Result<(Vec<(Task, Outcome)>, LookedUp), CrawlError> {
        let (store, context) = (Arc::clone(&self.store), Arc::clone(&self.context));
        let scope = Scope { failures: self.has_failures, spilled: frontier.spilled() };
        let (chunk, known) = blocking::run(move || {
            let known = look_up(&*store, &context, scope, &chunk);
            (chunk, known)
        })
        .await;
        Ok((chunk, known?))
    }

    fn decide(&mut self, chunk: Vec<(Task, Outcome)>, mut known: Known<'_>, tally: &mut Tally<'_>) -> Decided {
        let mut decided = Decided { batch: Batch::of(self.context.run), rests: Vec::new(), waiting: Vec::new() };
        for (task, outcome) in chunk {
            let mut effects = decide(&task, outcome, &known, &self.context);
            known.learn(&mut effects, &self.context.selection);
            tally.add(&effects);
            self.has_failures |= !effects.writes.failures.is_empty();
            decided.batch.append(effects.writes);
            decided.batch.tasks.append(&mut effects.tasks);
            match effects.rest {
                Some(rest) => decided.rests.push((task, rest)),
                None if effects.waits => decided.waiting.push(task),
                None => {
                    tally.ended(&task);
                    decided.batch.done.push(task);
                }
            }
        }
        decided
    }

    async fn write(&self, batch: Batch) -> Result<(), CrawlError> {
        let syncer = Arc::clone(&self.syncer);
        Ok(blocking::run(move || syncer.commit(batch)).await?)
    }

    /// Keeps what is left of a chunk: lists wait until the frontier has room,
    /// the rest goes on before what was gathered after it.
    fn put_back(&mut self, rests: Vec<(Task, Outcome)>) {
        let waits = |rest: &(Task, Outcome)| matches!(&rest.1, Outcome::Listing(list) if list.step == Step::Feed);
        let (listings, others): (Vec<_>, Vec<_>) = rests.into_iter().partition(waits);
        self.listings.extend(listings);
        others.into_iter().rev().for_each(|rest| self.outcomes.push_front(rest));
    }

    /// Whether more may be fetched before the disk has caught up.
    pub(super) fn has_room(&self) -> bool {
        self.syncer.has_room()
    }

    /// Returns when the disk has caught up some more, or failed.
    pub(super) async fn synced(&self) {
        self.syncer.changed().await;
    }

    /// Whether the disk still takes what it is given.
    ///
    /// # Errors
    /// Its refusal.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.syncer.check()
    }

    /// Syncs once more.
    ///
    /// # Errors
    /// The disk's refusal.
    pub(super) async fn finish(self) -> Result<(), StoreError> {
        match Arc::into_inner(self.syncer) {
            Some(syncer) => syncer.finish().await,
            // A batch is being written by nobody: the last one was waited for.
            None => Ok(()),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// Whether lists wait whose tags are not all on the frontier.
    pub(super) fn has_listings(&self) -> bool {
        self.feeds || !self.listings.is_empty()
    }

    /// Whether what was gathered may make tasks.
    pub(super) fn leads_on(&self) -> bool {
        self.leads_on
    }

    /// When what was gathered is to be applied at the latest.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    pub(super) fn is_due(&self) -> bool {
        let enough = self.outcomes.len() >= BATCH || self.bytes >= BATCH_BYTES || !self.turns.is_empty();
        !self.is_empty() && (enough || self.due <= Instant::now())
    }

    pub(super) fn context(&self) -> &Arc<Context> {
        &self.context
    }

    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }
}

/// What follows from a chunk.
struct Decided {
    batch: Batch,
    rests: Vec<(Task, Outcome)>,
    /// Tasks that wait for others.
    waiting: Vec<Task>,
}
