//! The store of one machine: the log that is the truth, and what is derived from
//! it, the index in sled and the rows.
//!
//! A batch is appended to the log, then shown by the index; a sync syncs the log
//! first. What the index is behind the log it is given again when the store is
//! opened; where it is ahead of it, or does not stand, it is made anew.

mod apply;
mod check;
mod claims;
mod compact;
mod confirm;
mod facts;
mod folder;
mod frontier;
mod look_up;
mod open;
mod options;
mod pending;
mod replay;
mod runs;
mod salvage;
mod source;
mod store;
mod upgrade;

pub use check::{Checked, Rebuilt, check_log};
pub use compact::Compacted;
pub use options::OpenOptions;
pub use store::LocalStore;
