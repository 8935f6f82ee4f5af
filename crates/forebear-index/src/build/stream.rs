//! Reading a source's rows: their order is checked, and the first error stops
//! the work, though a source cannot be stopped.

use forebear_facts::rows::{Key, SourceError};

use crate::error::IndexError;

/// One kind of rows, coming in.
#[derive(Debug)]
pub(super) struct Stream<K = Key> {
    what: &'static str,
    last: Option<K>,
    failed: Option<IndexError>,
}

impl<K: Ord + Clone> Stream<K> {
    /// Nothing read yet. `what` names the rows in errors.
    pub(super) fn of(what: &'static str) -> Self {
        Self { what, last: None, failed: None }
    }

    /// The next row: it must come after the one before it.
    pub(super) fn next(&mut self, key: &K, work: impl FnOnce() -> Result<(), IndexError>) {
        if self.failed.is_some() {
            return;
        }
        let done = if self.last.as_ref().is_some_and(|last| last >= key) {
            Err(IndexError::Source(format!("the source's {} are out of order", self.what).into()))
        } else {
            match &mut self.last {
                Some(last) => last.clone_from(key),
                None => self.last = Some(key.clone()),
            }
            work()
        };
        self.failed = done.err();
    }

    /// What came of it all.
    pub(super) fn end(self, read: Result<(), SourceError>) -> Result<(), IndexError> {
        read.map_err(IndexError::Source)?;
        self.failed.map_or(Ok(()), Err)
    }
}
