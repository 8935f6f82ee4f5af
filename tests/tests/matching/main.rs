//! The matching cases M1 to M33, as a user meets them: images in a registry,
//! a crawl by `forebear-crawl`, a question to `forebear`.
//!
//! `crates/forebear-index/tests/index/cases.rs` holds the same cases inside the
//! index; here is what lies around it: documents, media types, platforms, the
//! registry's faults, local forms, text. M19 is about provenance.

#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of tests")]

mod asked;
mod boundaries;
mod copies;
mod declared;
mod documents;
mod layers;
mod platforms;
mod recompressed;
mod steps;
mod told;
mod unreadable;
