//! The crawl: walks a registry's catalog, tags, manifests and configs into a
//! store, and publishes an index from what is stored.
//!
//! The engine decides what to ask and what an answer means. How it is sent is
//! `forebear-registry`'s business, where it is kept `forebear-store`'s.
//! Progress goes through a trait; nothing here writes to a terminal but the
//! binary's own modules.

#![forbid(unsafe_code)]

mod chain;
pub mod clock;
pub mod engine;
pub mod error;
pub mod jobs;
pub mod on_limit;
pub mod progress;
pub mod publish;
pub mod report;
pub mod schedule;
pub mod selection;
mod signal;
pub mod state;
pub mod work;

pub use chain::chain;
pub use engine::{CrawlOptions, crawl};
pub use error::CrawlError;
pub use on_limit::OnLimit;
pub use progress::{NoProgress, Progress, Snapshot};
pub use report::{RunReport, Stop, TagCounts, Warning};
pub use selection::{Selection, SelectionSpec, Source, TagFilter};
