//! What a crawler leaves where others can read it while it works.
//!
//! sled admits one process, so a crawl's frontier cannot be asked from outside.
//! The crawler writes a small file for each job about once a second, a report
//! for each run, and its metrics; `status` reads those and never the store.

mod error;
mod files;
mod job_state;
mod live;
mod lock;
mod metrics;
mod owner;
mod reports;
mod write;

pub use error::StateError;
pub use files::StateFolder;
pub use job_state::{JobState, Pace, Phase};
pub use live::Live;
pub use lock::Lock;
pub use owner::Owner;
