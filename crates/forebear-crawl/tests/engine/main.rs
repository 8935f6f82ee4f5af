//! The engine against the scripted registry: what is asked for, what is kept,
//! what is reported.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "helpers of tests")]

mod again;
mod calls;
mod clock;
mod counted;
mod elsewhere;
mod failures;
mod harness;
mod heads;
mod hostile;
mod limits;
mod outages;
mod prefix;
mod silence;
mod walk;
