//! The published index: a new file beside the old one, then one tiny atomic
//! switch; and readers who follow it.
//!
//! `DIR/CURRENT` holds the name of the index file in force. A new index is
//! written under a name of its own, fsynced with its folder, and announced by
//! renaming a new `CURRENT` over the old. Published files are never changed; a
//! reader that lost a race with the clean-up reads `CURRENT` again.

mod current;
mod follow;
mod growing;
mod write;

pub use current::open_current;
pub use follow::{Followed, IndexFollower};
pub use write::publish_from;
