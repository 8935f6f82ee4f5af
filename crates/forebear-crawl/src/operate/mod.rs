//! Crawls as they are operated: jobs from files, when they are due, where each
//! stands, what is published.

mod asking;
mod connect;
pub mod dry_run;
pub mod error;
pub mod fresh;
pub mod job_runner;
pub mod jobs;
pub mod publish;
pub mod schedule;
pub mod state;
mod uncrawled;
mod unread;

pub use error::RunError;
