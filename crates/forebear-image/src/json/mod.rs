//! JSON from outside, read as Go's `encoding/json` reads it: every producer and
//! every consumer of these documents is written in Go.
//!
//! - What is no text becomes U+FFFD ([`from_slice`]).
//! - Names of fields fold: `rootfS` is `rootfs`. Keys of maps (labels,
//!   annotations, volumes, ports) never do.
//! - `null` is empty, anywhere.
//! - A field that is there twice, in one spelling or two, is refused where bytes
//!   or layers hang on it; elsewhere the last one counts ([`Field`]).
//! - A field of another type costs that field and not the document
//!   ([`Field::or_note`]).
//!
//! [`object!`](crate::json_object) declares a structure that is read so, in one
//! pass over the bytes.

mod bounded;
mod content;
mod field;
mod found;
mod mend;
mod name;
mod object;
mod odd;
mod read;
mod turn;
mod types;

pub use bounded::{Keys, List, OneOrMany, Texts};
pub(crate) use bounded::{Share, up_to};
pub(crate) use content::content;
pub use field::{Field, FieldError, Noted};
pub use found::Found;
pub use mend::{from_slice, shown};
pub use name::Name;
pub(crate) use name::folds_to;
pub use object::object;
pub use odd::{OddField, OddProblem};
pub use read::{Drain, Number, Read, Value};
pub use types::Anything;
