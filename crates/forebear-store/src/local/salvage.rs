//! What is left where records of the log are lost.
//!
//! The index may know more than the log by then: what was seen of tags is in both.
//! It is appended again, so that a loss costs what can be fetched again, unless the
//! index is lost too.

use super::apply::Entries;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::location::Location;
use crate::log::Lost;
use crate::log::entries::Entry;
use crate::sled::Changes;

impl LocalStore {
    /// Forgets documents that lie where records were lost and cannot be read, so that
    /// they are fetched again. Whoever calls writes.
    pub(super) fn forget_unreadable(&self, lost: &[Lost]) -> Result<(), StoreError> {
        let mut unreadable = Vec::new();
        let is_touched = |segment| lost.iter().any(|lost| lost.segment == segment) || !self.log.has_segment(segment);
        self.rows.each_place(&mut |key, place| {
            let Location { block, at, .. } = Location::known(&place)?;
            let stands = !is_touched(block.segment)
                || matches!(self.log.document(block, at, |document| document.digest.key() == *key), Ok(true));
            if !stands {
                unreadable.push(*key);
            }
            Ok(())
        })?;
        unreadable.iter().for_each(|key| self.rows.forget_place(key));
        Ok(())
    }

    /// Appends all that the index knows and no document says. Whoever calls writes.
    pub(super) fn append_what_is_known(&self) -> Result<(), StoreError> {
        let mut entries = Entries { log: &self.log, block: Vec::new() };
        self.each_known(&mut |entry| entries.add(&entry))?;
        entries.finish()?;
        self.show(Changes::default())
    }

    /// Records that these are lost, for good: the mark, which says so too, may be lost.
    /// Whoever calls writes.
    pub(super) fn append_lost(&self, lost: &[Lost]) -> Result<(), StoreError> {
        let (mut entries, mut changes) = (Entries { log: &self.log, block: Vec::new() }, Changes::default());
        for lost in lost {
            entries.add(&Entry::Lost(*lost))?;
            changes.lost(lost)?;
        }
        entries.finish()?;
        self.show(changes)
    }

    /// All that the index knows and no document says.
    pub(super) fn each_known(&self, each: &mut dyn FnMut(Entry) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut failed = Ok(());
        let mut add = |entry: Entry| {
            if failed.is_ok() {
                failed = each(entry);
            }
        };
        _ = self.index.each_observation(&mut |observation| add(Entry::Observation(observation)))?;
        self.index.each_repository(&mut |repository| add(Entry::Repository(repository)))?;
        self.index.each_seen(&mut |seen| add(Entry::Seen(seen)))?;
        self.index.failures(usize::MAX)?.into_iter().for_each(|failure| add(Entry::Failure(failure)));
        self.index.holds()?.into_iter().for_each(|hold| add(Entry::Hold(hold)));
        self.index.runs()?.into_iter().for_each(|run| add(Entry::Run(run)));
        self.index.given_up()?.into_iter().for_each(|lost| add(Entry::Lost(lost)));
        failed
    }
}
