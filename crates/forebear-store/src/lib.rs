//! What the crawler keeps: facts, and the frontier of what is still to fetch.
//!
//! [`Store`] is the boundary; [`LocalStore`] is its first implementation. Facts and
//! the tasks that made them done go in one atomic [`Batch`], so a crash never
//! leaves one without the other. What cannot be fetched again is appended to a log,
//! which is the truth; all else is derived from it. This crate knows nothing of
//! HTTP: it is handed bytes and gives them back.

#![forbid(unsafe_code)]

mod absent;
mod batch;
mod committer;
mod depth;
pub mod disk;
mod error;
mod failure;
mod failure_kind;
mod hold;
mod lease;
mod local;
mod location;
mod log;
mod look_up;
mod receipt;
pub mod rows;
mod run;
mod sled;
mod store;
mod subject;
mod task;

pub use absent::{AbsentTag, Walked, WalkedRepository};
pub use batch::{Batch, NewConfig, NewDocument, NewManifest};
pub use committer::Committer;
pub use depth::Depth;
pub use error::StoreError;
pub use failure::{Failure, PARKED_AFTER};
pub use failure_kind::FailureKind;
pub use hold::Hold;
pub use lease::{Claim, WorkerId};
pub use local::{Checked, Compacted, LocalStore, OpenOptions, Rebuilt, check_log};
pub use log::{Fingerprint, LogPoint, Lost};
pub use look_up::{Found, Keys, StoredConfig};
pub use receipt::{Receipt, Receipts};
pub use run::{Run, RunId};
pub use store::{FactStore, FrontierStore, RunStore, Store};
pub use subject::Subject;
pub use task::{Stage, Task};
