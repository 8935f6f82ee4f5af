//! The store in sled: one tree, one atomic batch per write.
//!
//! sled admits one process and says so by a lock on its folder. A batch that
//! was applied is visible at once and on disk only after a flush; the caller
//! counts what is unflushed as still in flight.

mod codec;
mod database;
mod documents;
mod error;
mod failures;
mod keys;
mod look_up;
mod open;
mod runs;
mod source;
mod store;
mod texts;
mod upgrade;
mod write;

pub use database::SledStore;
