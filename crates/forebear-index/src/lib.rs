//! The index: every known image in one immutable file, and the resolver that
//! answers from it.
//!
//! A [`mod@format`] document describes the file, [`build`] makes it from facts,
//! [`publish`] puts it where readers find it, [`Index`] opens it, a [`View`] of
//! it answers, and [`resolve`] holds the rule that tells a parent from an image that merely
//! has the same layers.
//!
//! This crate knows neither HTTP nor the crawler's database. `unsafe` is
//! allowed in one file, `map.rs`, for the memory map.

mod as_of;
mod blob;
pub mod build;
pub mod coverage;
mod declared_by;
mod digests;
pub mod error;
pub mod find;
pub mod format;
mod ids;
mod image;
mod image_set;
mod index;
mod load;
pub mod location;
mod look_up;
mod manifest;
mod map;
pub mod names;
mod outdated;
mod pages;
mod platforms;
pub mod publish;
pub mod replace;
pub mod resolve;
pub mod stats;
mod steps;
mod tables;
mod trie;
mod view;

pub use blob::BlobView;
pub use declared_by::Base;
pub use error::IndexError;
pub use ids::{BlobId, ImageId, LayerId, ManifestId, NodeId, ObservationId, RepositoryId, TagId};
pub use image::ImageView;
pub use image_set::ImageSet;
pub use index::Index;
pub use manifest::{EntryView, ManifestKind, ManifestView};
pub use map::Bytes;
pub use outdated::{Outdated, OutdatedImage};
pub use trie::NodeView;
pub use view::View;
