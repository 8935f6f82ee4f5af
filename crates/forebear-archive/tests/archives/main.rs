//! Images in local files.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;
mod hostile;
mod layouts;
mod unpacked;
