//! The index: every known image in one immutable file, and the resolver that
//! answers from it.
//!
//! A [`mod@format`] document describes the file, [`build`] makes it from facts,
//! [`publish`] puts it where readers find it, [`Index`] reads it, and
//! [`resolve`] holds the rule that tells a parent from an image that merely
//! has the same layers.
//!
//! This crate knows neither HTTP nor the crawler's database. `unsafe` is
//! allowed in one file, `map.rs`, for the memory map.

mod as_of;
pub mod build;
pub mod coverage;
pub mod error;
pub mod find;
pub mod format;
mod image_set;
mod lists;
mod load;
pub mod location;
mod look_up;
mod map;
pub mod names;
mod over_time;
mod pages;
pub mod publish;
mod reader;
pub mod resolve;
mod roles;
pub mod stats;

pub use error::IndexError;
pub use image_set::ImageSet;
pub use map::Bytes;
pub use reader::{ImageId, Index, LayerId, ManifestId, NodeId, ObservationId, RepositoryId, TagId};
