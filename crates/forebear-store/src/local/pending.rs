//! What the index is told on its way there, many rows at once.

use std::collections::HashSet;

use forebear_facts::TagObservation;
use forebear_image::{RepositoryName, Timestamp};

use crate::error::StoreError;
use crate::sled::{Changes, SledIndex};

/// Rows of the index that are written at once: larger writes take sled much more memory.
const AT_ONCE: usize = 500;
/// Rows after which they are flushed: sled keeps in memory what is not.
const FLUSHED_AFTER: usize = 10_000;

/// Changes that are not applied yet.
pub(super) struct Pending<'a> {
    index: &'a SledIndex,
    pub(super) changes: Changes,
    observed: HashSet<(RepositoryName, String, Timestamp)>,
    unflushed: usize,
}

impl<'a> Pending<'a> {
    pub(super) fn of(index: &'a SledIndex) -> Self {
        Self { index, changes: Changes::default(), observed: HashSet::new(), unflushed: 0 }
    }

    /// An observation in the place of the one of the same tag and first time.
    pub(super) fn observe(&mut self, observation: &TagObservation) -> Result<(), StoreError> {
        let TagObservation { repository, tag, first_seen, .. } = observation;
        let key = (repository.clone(), tag.clone(), *first_seen);
        // What it replaces has to be there.
        if self.observed.contains(&key) {
            self.apply()?;
        }
        self.changes.observation(self.index.observation_like(observation)?.as_ref(), observation)?;
        self.observed.insert(key);
        Ok(())
    }

    /// Applies what there is, where that is much.
    pub(super) fn apply_many(&mut self) -> Result<(), StoreError> {
        if self.changes.len() >= AT_ONCE { self.apply() } else { Ok(()) }
    }

    /// Applies all there is.
    pub(super) fn apply(&mut self) -> Result<(), StoreError> {
        self.unflushed += self.changes.len();
        self.index.apply(std::mem::take(&mut self.changes))?;
        self.observed.clear();
        if self.unflushed >= FLUSHED_AFTER {
            self.unflushed = 0;
            self.index.flush()?;
        }
        Ok(())
    }
}
