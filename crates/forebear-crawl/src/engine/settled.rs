//! Failures on record that are over though nobody asked for the item again: a
//! tag that was deleted, a manifest that no tag leads to any more, a digest that
//! was had from another repository.

use forebear_store::{Batch, Failure, FailureKind, Run, StoreError};

use crate::selection::{Origin, SelectionKey};

use super::absorb::Absorber;

/// Kinds that earlier versions recorded and that are warnings now.
const WARNINGS_NOW: [FailureKind; 2] = [FailureKind::InvalidName, FailureKind::Nesting];

impl Absorber<'_> {
    /// Drops the failures on record that a run, now at its end, would have met.
    ///
    /// Where nothing failed and nothing was left alone, all that there is has
    /// been met: what succeeded was dropped by that. What is still on record is
    /// of something that is no more.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        if !self.has_failures {
            return Ok(());
        }
        let everything_met = self.met_everything()?;
        let mut batch = Batch::of(self.run);
        for failure in self.store.failures()?.into_iter().filter(|failure| failure.registry == self.registry) {
            if WARNINGS_NOW.contains(&failure.kind) || (everything_met && self.is_over(&failure)?) {
                batch.recovered.push(failure.subject);
            }
        }
        if batch.is_empty() { Ok(()) } else { self.store.apply(batch) }
    }

    /// Whether of each repository that was walked nothing was left out.
    fn met_everything(&self) -> Result<bool, StoreError> {
        let Self { counts, selection, .. } = self;
        let all = counts.failures.is_empty() && counts.delayed == 0 && counts.parked == 0 && counts.tags.capped == 0;
        // An earlier process may have left something alone.
        if !all
            || self.resumed
            || selection.narrows_tags()
            || selection.newest().is_some()
            || selection.narrows_platforms()
        {
            return Ok(false);
        }
        // Attestations are met by those only that want them.
        let registry = &self.stored_as;
        let wants = |key: SelectionKey| key.registry() == registry && key.wants_provenance();
        let wanted = |run: &Run| SelectionKey::parse(&run.selection).is_some_and(wants);
        Ok(selection.wants_provenance() || !self.store.runs()?.iter().any(wanted))
    }

    /// Whether a failure is of a repository that was walked, or that a whole
    /// catalog does not list.
    fn is_over(&self, failure: &Failure) -> Result<bool, StoreError> {
        let Some(repository) = failure.subject.repository() else { return Ok(false) };
        let catalog = self.selection.origin() == Origin::Catalog && !self.selection.narrows_repositories();
        Ok(failure.run != self.run && (catalog || self.store.was_walked(self.run, repository)?))
    }
}
