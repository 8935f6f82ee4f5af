//! Where rows go: one file in one format.

use arrow_array::RecordBatch;

use crate::error::ExportError;
use crate::hashed::Written;

/// A file of one table that is being written.
pub(crate) trait Sink: Send {
    /// Writes some rows.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), ExportError>;
    /// Writes what is left, and says what was written.
    fn finish(self: Box<Self>) -> Result<Written, ExportError>;
}
