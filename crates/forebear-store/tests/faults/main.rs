//! Whatever a disk does, what was committed is there or its loss is told, and the
//! work goes on to the same end.
//!
//! `FOREBEAR_FAULTS` says how many times as many faults are tried.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod compact;
mod damage;
mod failing;
mod files;
mod given_up;
mod identity;
mod nights;
mod power;
mod shown;

/// How many faults of a kind are tried.
fn times(ordinary: u64) -> u64 {
    let factor = std::env::var("FOREBEAR_FAULTS").ok().and_then(|text| text.parse().ok());
    ordinary * factor.unwrap_or(1_u64)
}
