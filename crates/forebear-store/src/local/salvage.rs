//! What is left where records of the log are lost.
//!
//! The index may know more than the log by then: what was seen of tags is in both.
//! It is appended again, so that a loss costs what can be fetched again, unless the
//! index is lost too.

use std::collections::HashMap;

use super::apply::Entries;
use super::store::LocalStore;
use crate::error::StoreError;
use crate::log::entries::Entry;
use crate::log::{Lost, Place};
use crate::sled::Changes;

/// Documents forgotten in one write.
const AT_ONCE: usize = 5_000;

impl LocalStore {
    /// Forgets documents that lie where records were lost and cannot be read, so that
    /// they are fetched again; says how many. Whoever calls writes.
    pub(super) fn forget_unreadable(&self, lost: &[Lost]) -> Result<u64, StoreError> {
        if lost.is_empty() {
            return Ok(0);
        }
        let (mut changes, mut forgotten) = (Changes::default(), 0);
        let mut stands: HashMap<Place, bool> = HashMap::new();
        self.index.each_document(&mut |digest, location| {
            let is_touched = lost.iter().any(|lost| lost.segment == location.block.segment);
            if !is_touched && self.log.has_segment(location.block.segment) {
                return Ok(());
            }
            if stands.len() > AT_ONCE {
                stands.clear();
            }
            let stands = match stands.get(&location.block) {
                Some(stands) => *stands,
                None => {
                    let read = self.log.document(location.block, location.at, |document| document.digest == *digest);
                    let own = matches!(read, Ok(true));
                    stands.insert(location.block, own);
                    own
                }
            };
            if !stands {
                changes.forget_document(digest);
                forgotten += 1;
                if forgotten % AT_ONCE as u64 == 0 {
                    self.index.apply(std::mem::take(&mut changes))?;
                }
            }
            Ok(())
        })?;
        self.index.apply(changes)?;
        Ok(forgotten)
    }

    /// Appends all that the index knows and no document says. Whoever calls writes.
    pub(super) fn append_what_is_known(&self) -> Result<(), StoreError> {
        let mut entries = Entries { log: &self.log, block: Vec::new() };
        let mut failed = Ok(());
        let mut add = |entry: Entry| {
            if failed.is_ok() {
                failed = entries.add(&entry);
            }
        };
        self.index.each_observation(&mut |observation| add(Entry::Observation(observation)))?;
        self.index.each_repository(&mut |repository| add(Entry::Repository(repository)))?;
        self.index.failures(usize::MAX)?.into_iter().for_each(|failure| add(Entry::Failure(failure)));
        self.index.holds()?.into_iter().for_each(|hold| add(Entry::Hold(hold)));
        self.index.runs()?.into_iter().for_each(|run| add(Entry::Run(run)));
        failed?;
        entries.finish()
    }
}
