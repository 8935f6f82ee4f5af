//! The log's index in sled: what is known of tags and repositories, and the
//! frontier. It may be deleted at any time; all but the frontier is made again
//! from the log.
//!
//! sled admits one process and says so by a lock on its folder. What was applied
//! is visible at once and on disk only after a flush. Each batch carries the number
//! of the log record that it reflects.

mod changes;
mod codec;
mod database;
mod failures;
mod keys;
mod old_rows;
mod reads;
mod sum;

pub(crate) use changes::Changes;
pub(crate) use database::{REBUILD, SledIndex, to_be_rebuilt};
pub(crate) use old_rows::{EachDocument, OldRows};
pub(crate) use sum::Sum;
