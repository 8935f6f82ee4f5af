//! Outcomes on their way into the store.

use std::time::{Duration, Instant};

use forebear_store::{Batch, Task};

use crate::error::CrawlError;

use super::absorb::Absorber;
use super::fetch::Outcome;
use super::flusher::Flusher;
use super::frontier::Frontier;
use super::tags::Listing;

/// Outcomes gathered into one batch, about.
pub(super) const BATCH: usize = 256;
/// The longest that an outcome waits for others before it is applied.
const GATHER_FOR: Duration = Duration::from_millis(50);

/// Outcomes on their way into the store. Their tasks stay active, and pending
/// in the store, until they are applied; the tasks they make are not begun
/// before. sled writes to disk for every batch, whatever its size, so a batch
/// for each outcome would cost more than the outcome.
pub(super) struct Gathered {
    pub batch: Batch,
    /// When it is to be applied at the latest, unless empty.
    pub due: Instant,
}

impl Gathered {
    pub(super) fn new(run: u64) -> Self {
        Self { batch: Batch::of(run), due: Instant::now() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batch.is_empty()
    }

    pub(super) fn is_due(&self) -> bool {
        !self.is_empty() && (self.batch.done.len() >= BATCH || self.due <= Instant::now())
    }

    pub(super) fn take(
        &mut self,
        task: Task,
        outcome: Outcome,
        absorber: &mut Absorber<'_>,
        frontier: &mut Frontier,
    ) -> Result<(), CrawlError> {
        if self.is_empty() {
            self.due = Instant::now() + GATHER_FOR;
        }
        Ok(absorber.absorb(task, outcome, &mut self.batch, frontier)?)
    }

    /// Takes some more of a list.
    pub(super) fn feed(
        &mut self,
        listing: Listing,
        absorber: &mut Absorber<'_>,
        frontier: &mut Frontier,
    ) -> Result<(), CrawlError> {
        if self.is_empty() {
            self.due = Instant::now() + GATHER_FOR;
        }
        Ok(absorber.feed(listing, &mut self.batch, frontier)?)
    }

    /// Commits it and lets the frontier know.
    pub(super) fn commit(
        &mut self,
        flusher: &Flusher,
        absorber: &mut Absorber<'_>,
        frontier: &mut Frontier,
    ) -> Result<(), CrawlError> {
        let empty = Batch::of(self.batch.run);
        let batch = std::mem::replace(&mut self.batch, empty);
        let (new, done) = (batch.tasks.clone(), batch.done.clone());
        flusher.commit(batch)?;
        absorber.begin_batch();
        new.into_iter().for_each(|task| frontier.push(task));
        done.iter().for_each(|task| frontier.done(task));
        Ok(())
    }
}
