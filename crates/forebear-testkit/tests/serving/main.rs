//! The scripted registry, asked over a bare socket.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod client;
mod faults;
mod order;
