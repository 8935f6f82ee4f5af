//! Facts between the store that keeps them and the index that is built of them:
//! rows derived from fetched documents, and what was seen of tags over time.
//!
//! This crate is pure. It knows no database, no index file, no network and no
//! clock: documents and times come in, rows and observations go out.

#![forbid(unsafe_code)]

pub mod ahead;
pub mod derive;
mod observation;
pub mod observe;
mod repository;
pub mod rows;
mod seen;

pub use ahead::Ahead;
pub use observation::TagObservation;
pub use observe::{Observed, TagChange};
pub use repository::RepositoryFacts;
pub use seen::{RepositorySeen, Told};
