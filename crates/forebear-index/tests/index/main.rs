//! Tests of the index: the rule against brute force, the case list, names over
//! time, and files that are damaged, foreign or replaced.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod cases;
mod counting;
mod damage;
mod declared;
mod exercise;
mod find;
mod fixtures;
mod follow;
mod freshness;
mod generated;
mod marks;
mod materials;
mod names;
mod oracle;
mod platforms;
mod publish;
mod random;
mod scale;
mod scale_children;
mod seen;
mod strangers;
mod world;
