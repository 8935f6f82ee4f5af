//! Ids as they are written: 32 bits, of which one value is none.

use super::records::Id;
use crate::error::IndexError;

/// "No such thing" in any 32-bit id column.
pub(crate) const NONE: u32 = u32::MAX;

/// Reads an id column.
pub(crate) fn some(id: Id) -> Option<u32> {
    (id.get() != NONE).then_some(id.get())
}

/// A count as an id, or the error that says there are too many.
pub(crate) fn id_of(what: &'static str, count: usize) -> Result<u32, IndexError> {
    let limit = u64::from(NONE) - 1;
    u32::try_from(count).ok().filter(|id| u64::from(*id) <= limit).ok_or(IndexError::TooMany { what, limit })
}
