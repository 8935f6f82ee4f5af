//! Tables: task, outcome, what is known → what follows.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests")]

mod chunks;
mod descending;
mod given;
mod lists;
mod shown;
mod single;
mod tags;
