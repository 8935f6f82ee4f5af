//! What a crawl survives: kills at any instant, a second crawler, a full disk,
//! a folder that cannot be written, signals, clocks that jump.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "helpers of tests")]

mod backup;
mod disk;
mod endless;
mod eras;
mod kills;
mod left_over;
mod lost_power;
mod memory;
mod odd_machines;
mod second;
mod signals;
mod small_disk;
mod store;
mod worlds;
