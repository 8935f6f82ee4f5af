//! What several pages show.

pub(crate) mod pages;
pub(crate) mod pill;
pub(crate) mod stale;
