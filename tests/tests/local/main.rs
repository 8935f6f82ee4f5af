//! Images in local files as people have them: which of several is meant, what
//! other tools print, what is piped in, what a file is instead.
//!
//! Cases are named by their ids in `docs/cases.md`.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod cousins;
mod engines;
mod every;
mod instead;
mod shelf;
mod stdin;
mod verify;
mod which;
