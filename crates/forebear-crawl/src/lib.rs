//! The crawl: walks a registry's catalog, tags, manifests and configs into a
//! store, and publishes an index from what is stored.
//!
//! Two storeys. Below, the crawl itself: [`engine`], [`selection`],
//! [`progress`] and [`report`] know a registry and a store, and nothing of jobs.
//! Above, [`operate`]: jobs, their schedule, what is left for others to read.
//!
//! The engine decides what to ask and what an answer means. How it is sent is
//! `forebear-registry`'s business, where it is kept `forebear-store`'s.
//! Progress goes through a trait; nothing here writes to a terminal but the
//! binary's own modules.

#![forbid(unsafe_code)]

mod blocking;
pub mod clock;
pub mod engine;
pub mod error;
pub mod on_limit;
pub mod operate;
mod pending;
pub mod progress;
pub mod report;
pub mod selection;
mod signal;

pub use engine::{CrawlOptions, crawl};
pub use error::CrawlError;
pub use on_limit::OnLimit;
pub use progress::{Left, NoProgress, Progress, PullsLeft, Snapshot};
pub use report::{RunReport, Stop, TagCounts, Warning};
pub use selection::{Selection, SelectionError, SelectionSpec, Source, TagFilter};
