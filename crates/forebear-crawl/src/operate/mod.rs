//! Crawls as they are operated: jobs from files, when they are due, where each
//! stands, what is published.

pub mod error;
pub mod job_runner;
pub mod jobs;
pub mod publish;
pub mod schedule;
pub mod state;

pub use error::RunError;
