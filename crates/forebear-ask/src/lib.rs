//! Answers: what an image is built on, what was added on top, and everything
//! else that `forebear` can be asked, as library calls.
//!
//! An [`Asker`] is made of an index, or of none, and of the registries that may
//! be asked. A [`Target`] says which image is meant and is located first; what
//! is then asked of the [`Located`] image is a pure function of it and of the
//! index:
//!
//! ```no_run
//! # fn main() -> Result<(), forebear_ask::AskError> {
//! use forebear_ask::{AskOptions, Asker, Knowledge, Target};
//!
//! let index = forebear_index::publish::open_current("data/index".as_ref())?;
//! let asker = Asker::new(Knowledge::of(index.view()), AskOptions::default());
//! let image = asker.locate_known(&Target::parse("alpine:3.20")?)?;
//! if let Some(parent) = asker.parent(&image).parent {
//!     println!("{} is built on {}", image.reference, parent.image.reference);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Answers from an index are synchronous and cost only CPU. What asks a
//! registry or reads whole layers is an `async fn`, and needs whoever calls it
//! to have a tokio runtime: this crate builds none. It prints nothing either;
//! what there is to remark about an answer comes back with it as [`Note`]s, and
//! long reading is reported through [`Progress`].

#![forbid(unsafe_code)]

pub mod answers;
mod asker;
pub mod check;
mod children;
mod completions;
mod contents;
pub mod diff;
mod dockerfile;
mod error;
pub mod estate;
pub mod files;
mod find;
mod glob_text;
mod globs;
mod history;
mod index_file;
mod knowledge;
mod layers;
mod lineage;
mod listed;
mod locate;
mod located;
mod near;
mod note;
mod observed;
mod options;
mod other_form;
mod outdated;
mod parent;
mod progress;
mod stats;
mod target;
pub mod verify;

pub use asker::Asker;
pub use children::{BuildAnswer, ChildAnswer, ChildrenAnswer, ChildrenRequest, DeclarersAnswer, PlatformTotal};
pub use dockerfile::DockerfileAnswer;
pub use error::{AskError, ErrorCode};
pub use find::{FindAnswer, FindRequest, FoundAnswer, FoundKind, OccurrenceAnswer};
pub use globs::ReferenceGlobs;
pub use history::{HistoryAnswer, ObservationAnswer};
pub use index_file::IndexAnswer;
pub use knowledge::Knowledge;
pub use layers::{LayerStep, LayersAnswer, OwnedLayer};
pub use lineage::LineageAnswer;
pub use listed::{ListedTagAnswer, RepositoriesAnswer, RepositoriesRequest, RepositoryAnswer, TagsAnswer};
pub use located::Located;
pub use near::did_you_mean;
pub use note::Note;
pub use observed::OfferedAnswer;
pub use options::AskOptions;
pub use other_form::OtherForm;
pub use outdated::{OutdatedAnswer, OutdatedBase, OutdatedRequest, OutdatedRow};
pub use parent::{EqualAnswer, NoParentCode, ParentAnswer};
pub use progress::{Bar, NoProgress, Progress};
pub use stats::{StatsAnswer, StatsRequest};
pub use target::Target;

/// The local forms, for those who tell people of them all.
pub use forebear_archive::{Form, Takes};
