//! How much of a pull quota is used.

use std::time::Instant;

/// Pulls used in the present window.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) window: Option<Instant>,
    pub(crate) used: u32,
}
