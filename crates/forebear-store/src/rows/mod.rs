//! Rows beside the log: what an index is built from, as sorted files that are
//! merged when they are read.
//!
//! Rows are derived from what the log holds, in the order in which it came, and
//! read in the order of their keys. Between the two lies a small log-structured
//! merge tree: rows gather in a buffer (`buffer.rs`), which is
//! spilled into a sorted file (`spill.rs`); many small files are
//! merged into a larger one (`compact.rs`); who reads merges what there is, on a
//! thread of its own (`ahead.rs`).
//!
//! A file knows its own texts only. A row refers to a text by the text's place
//! in the same file, and `numbers.rs` says what that is among the texts of all.
//!
//! Beside rows lies where each document is to be found in the log (`places.rs`), which
//! alone is looked up.
//!
//! Every file says which records of the log it reflects (`covered.rs`). Together
//! they are a chain from the first record on: what comes after a gap is made
//! again. `docs/store-format.md` draws a file.

mod ahead;
mod buffer;
mod cache;
mod check;
mod compact;
mod covered;
mod cursor;
mod damage;
mod file;
mod folder;
mod format;
mod interner;
mod memory;
mod merge;
mod numbers;
mod places;
mod read;
mod records;
mod snapshot;
mod spill;
mod writer;

pub use cache::RowCache;
pub use check::check_bytes;
pub use damage::Damage;
pub use format::{PLACE, Section};
pub use places::EachPlace;
