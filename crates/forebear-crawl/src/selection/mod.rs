//! What to walk: repositories, tags, platforms.

mod error;
mod key;
mod list;
pub mod newest;
mod platforms;
mod select;
mod spec;

pub use error::SelectionError;
pub use key::SelectionKey;
pub use list::{Choice, TagList};
pub use platforms::known_platform;
pub use select::{Origin, Selection};
pub use spec::{SelectionSpec, Source, TagFilter};
