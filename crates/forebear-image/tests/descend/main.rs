//! The way down from a name to an image, over documents in memory.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod beside;
mod choices;
mod entries;
mod shelf;
mod ways;
