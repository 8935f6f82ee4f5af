//! Runs, and when a registry wants no request.

use crate::error::StoreError;
use crate::hold::Hold;
use crate::run::Run;

/// Runs and holds: what the next process has to know before it asks anything.
pub trait RunStore: Send + Sync {
    /// All runs, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn runs(&self) -> Result<Vec<Run>, StoreError>;

    /// Ends a run, whatever it has left to do: what only an unfinished run
    /// needs, its pending tasks, which repositories it has walked and which tags
    /// were absent, is forgotten.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    fn end(&self, run: &Run) -> Result<(), StoreError>;

    /// Leaves all on the disk as after a finished piece of work: what was seen again
    /// is confirmed, and how far the store reaches is written down.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn checkpoint(&self) -> Result<(), StoreError>;

    /// The hold of a registry, over or not.
    ///
    /// # Errors
    /// [`StoreError`] when a row cannot be read.
    fn hold(&self, registry: &str) -> Result<Option<Hold>, StoreError>;

    /// Keeps holds, one for each registry, in the place of those before. They survive
    /// a power cut when this returns: nothing may be sent that only an unkept hold
    /// forbids.
    ///
    /// # Errors
    /// [`StoreError`] when the disk refuses.
    fn keep(&self, holds: Vec<Hold>) -> Result<(), StoreError>;
}
