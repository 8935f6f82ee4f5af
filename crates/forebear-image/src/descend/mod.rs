//! From a name down to an image: index, indexes inside it, manifest, config,
//! provenance.
//!
//! Nothing here reads anything. A [`Descent`] is fed with documents and says
//! which it needs next, so that one and the same journey is made over a
//! registry, a folder, a tar or a store, by code that waits and code that does
//! not:
//!
//! ```text
//! Descent::new(choice).from_root(digest, document)
//!     ─▶ Progress::Needs(needs, waiting) ─ waiting.supply(found) ─▶ …
//!     ─▶ Progress::Done(descended)
//! ```
//!
//! What is decided on the way is decided here once: what an entry of an index
//! is ([`EntryKind`]), which of several is meant ([`Choice`]), how deep indexes
//! may nest ([`MAX_NESTING`]). [`children()`] is the same step down for who takes
//! all ways and not one.

mod children;
mod choice;
mod descended;
mod descent;
mod document;
mod error;
mod evidence;
mod kind;
mod needs;
mod nesting;
mod no_image;
mod note;
mod path;
mod rank;
mod search;
mod statements;

pub use crate::entry::EntryKind;
pub use children::{Children, children};
pub use choice::{Choice, NotChosen, Otherwise};
pub use descended::{Descended, Visited};
pub use descent::{Descent, Progress, Waiting};
pub use document::{Compared, Document};
pub use error::{DescendError, Mismatch};
pub use kind::DocumentKind;
pub use needs::{Found, Needs};
pub use nesting::MAX_NESTING;
pub use no_image::no_image;
pub use note::{AttestationError, AttestationPart, Note};
pub use rank::{Rank, has_converted_layers, is_converted};
pub use statements::Statements;
