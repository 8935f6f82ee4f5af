//! Tags that were listed and not found: gone, or hidden by an outage.
//!
//! What a single 404 means is known when all tags of its repository have been
//! asked for, so a run keeps them in the store until its end. One tag that is
//! not there was deleted between the list and the question. Where most of a list
//! is not there, the list and the answers contradict each other: a proxy lists
//! what it has seen and answers 404 for what its upstream does not give it now
//! (<https://github.com/goharbor/harbor/issues/23750>). Then nothing is believed,
//! and the next run asks again.

use forebear_facts::observe;
use forebear_image::RepositoryName;
use forebear_store::{AbsentTag, Batch, Keys, Store, StoreError};

use super::context::Context;
use super::effects::Effects;
use super::outcome::AT_ONCE;
use super::tally::Tally;

/// Fewer tags than this are no outage: a list may be that much out of date.
const LEAST: u64 = 4;

/// Whether so many absent tags, of so many that were listed a moment ago, are an
/// outage.
fn is_outage(absent: u64, listed: u64) -> bool {
    absent >= LEAST && absent > listed / 2
}

/// Decides on all tags that a run found absent, now that it has asked for all.
/// It may be interrupted: what is decided does not depend on what was done.
///
/// # Errors
/// The store's.
pub(super) fn settle(store: &dyn Store, context: &Context, tally: &mut Tally<'_>) -> Result<(), StoreError> {
    let mut settled: Option<AbsentTag> = None;
    while let Some(first) = store.absent(context.run, settled.as_ref(), 1)?.pop() {
        let pages = Pages { store, context, repository: first.repository, after: settled };
        let mut absent = 0;
        let last = pages.each(|page| {
            absent += page.len() as u64;
            Ok(())
        })?;
        // A run that was begun by a version that did not count: no outage.
        let listed = store.walked(context.run, &pages.repository)?.and_then(|walked| walked.tags).unwrap_or(u64::MAX);
        if is_outage(absent, listed) {
            tally.outage(&pages.repository, absent, listed);
        } else {
            pages.each(|page| end(page, store, context, tally))?;
        }
        settled = last;
    }
    Ok(())
}

/// The absent tags of one repository, piece by piece.
struct Pages<'a> {
    store: &'a dyn Store,
    context: &'a Context,
    repository: RepositoryName,
    /// The last of the repository before.
    after: Option<AbsentTag>,
}

impl Pages<'_> {
    /// Gives each piece; returns the last tag.
    fn each(
        &self,
        mut each: impl FnMut(&[AbsentTag]) -> Result<(), StoreError>,
    ) -> Result<Option<AbsentTag>, StoreError> {
        let mut after = self.after.clone();
        loop {
            let mut page = self.store.absent(self.context.run, after.as_ref(), AT_ONCE)?;
            page.retain(|absent| absent.repository == self.repository);
            let Some(last) = page.last() else { return Ok(after) };
            after = Some(last.clone());
            each(&page)?;
        }
    }
}

/// Tags that are gone: what is open of them ends.
fn end(page: &[AbsentTag], store: &dyn Store, context: &Context, tally: &mut Tally<'_>) -> Result<(), StoreError> {
    let tags = page.iter().map(|absent| (&absent.repository, absent.tag.as_str())).collect();
    let found = store.look_up(&Keys { run: context.run, tags, ..Keys::default() })?;
    let mut effects = Effects { writes: Batch::of(context.run), ..Effects::default() };
    for last in found.tags {
        effects.counts.gone += 1;
        effects.observe(observe::absent(last));
    }
    tally.settled(&effects);
    if effects.writes.is_empty() { Ok(()) } else { store.commit(effects.writes).map(drop) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p31_most_of_a_list_and_no_fewer_than_four() {
        #[track_caller]
        fn check(absent: u64, listed: u64, expected: bool) {
            assert_eq!(is_outage(absent, listed), expected, "{absent} of {listed}");
        }
        check(12, 12, true);
        check(7, 12, true);
        check(6, 12, false);
        check(1, 12, false);
        check(4, 4, true);
        check(4, 7, true);
        check(4, 8, false);
        check(3, 3, false);
        check(0, 0, false);
        check(u64::MAX, u64::MAX, true);
    }
}
