//! Failures on record that are over though nobody asked for the item again: a
//! tag that was deleted, a manifest that no tag leads to any more, a digest that
//! was received from another repository.

use forebear_store::{Batch, Failure, FailureKind, Run, Store, StoreError};

use crate::selection::{Origin, SelectionKey};

use super::context::Context;
use super::tally::Tally;

/// Kinds that earlier versions recorded and that are warnings now.
const WARNINGS_NOW: [FailureKind; 2] = [FailureKind::InvalidName, FailureKind::Nesting];

/// Drops the failures on record that a run, now at its end, would have met.
///
/// Where nothing failed and nothing was left alone, all that there is has
/// been met: what succeeded was dropped by that. What is still on record is
/// of something that is no more.
pub(super) fn drop_resolved(store: &dyn Store, context: &Context, tally: &Tally<'_>) -> Result<(), StoreError> {
    if !store.has_failures()? {
        return Ok(());
    }
    let everything_met = met_everything(store, context, tally)?;
    let mut batch = Batch::of(context.run);
    for failure in store.failures()?.into_iter().filter(|failure| failure.registry == context.registry) {
        let is_warning = WARNINGS_NOW.contains(&failure.kind);
        if is_warning || (everything_met && is_over(&failure, store, context)?) {
            batch.recovered.push(failure.subject);
        }
    }
    if batch.is_empty() { Ok(()) } else { store.commit(batch).map(drop) }
}

/// Whether of each repository that was walked nothing was left out.
fn met_everything(store: &dyn Store, context: &Context, tally: &Tally<'_>) -> Result<bool, StoreError> {
    let selection = &context.selection;
    let all = tally.failures.is_empty()
        && tally.outages == 0
        && tally.delayed == 0
        && tally.parked == 0
        && tally.counts.tags.capped == 0;
    // An earlier process may have left something alone.
    if !all
        || context.resumed
        || selection.narrows_tags()
        || selection.newest().is_some()
        || selection.narrows_platforms()
    {
        return Ok(false);
    }
    // Attestations are met by those only that want them.
    let wants = |key: SelectionKey| *key.registry() == context.stored_as && key.wants_provenance();
    let wanted = |run: &Run| SelectionKey::parse(&run.selection).is_some_and(wants);
    Ok(selection.wants_provenance() || !store.runs()?.iter().any(wanted))
}

/// Whether a failure is of a repository that was walked, or that a whole
/// catalog does not list.
fn is_over(failure: &Failure, store: &dyn Store, context: &Context) -> Result<bool, StoreError> {
    let Some(repository) = failure.subject.repository() else { return Ok(false) };
    let selection = &context.selection;
    let catalog = selection.origin() == Origin::Catalog && !selection.narrows_repositories();
    Ok(failure.run != context.run && (catalog || store.walked(context.run, repository)?.is_some()))
}
