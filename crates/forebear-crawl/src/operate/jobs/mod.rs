//! Jobs: what to crawl, how, and when, as a file says it.
//!
//! A job file is checked whole before anything is sent: every mistake is told
//! with its line and column.

mod address;
mod check;
mod cron;
mod error;
mod file;
mod job;
mod list;
mod name;
mod read;

pub use address::{RegistryAddress, Scheme};
pub use cron::Schedule;
pub use error::JobError;
pub use job::{Job, JobRegistry};
pub use name::JobName;
