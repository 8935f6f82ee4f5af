//! The search: small files, of which each keystroke needs one more at most.
//!
//! Pages may be opened from a folder, where scripts can fetch nothing: each file is a script that
//! hands its content over (`forebear.take(address, content)`). No file is asked for that is not
//! there: each says which ones follow.

mod digests;
mod names;
mod script;

pub use digests::{Digests, Kind};
pub use names::{Named, names};
pub use script::{File, tags};
