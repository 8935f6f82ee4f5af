//! The engine: one coordinator that owns the frontier and has the store written,
//! and a bounded number of fetches that only talk to the registry.
//!
//! What an outcome means is decided by pure functions (`decide`) from what was
//! looked up for a chunk of outcomes at once.

mod absences;
#[cfg(test)]
mod any_chunk;
mod children;
mod chunk;
mod context;
mod coordinator;
mod crawl;
mod decide;
mod digest_filter;
mod effects;
mod fetch;
mod frontier;
mod halts;
mod hold_keeper;
mod holds;
mod known;
mod listing;
mod lists;
mod look_up;
mod message;
mod outcome;
mod part;
mod ready;
mod resolved;
mod runs;
mod stored;
mod summary;
mod syncer;
mod tally;
mod turn;
mod unmatched;
mod unreached;
mod write_batcher;

pub use crawl::{CrawlOptions, crawl};
