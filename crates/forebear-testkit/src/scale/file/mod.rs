//! A world's rows in one file, written once and streamed from often.
//!
//! ```text
//! magic "forebear rows 1\n", version of the rows (u32)
//! six sections, each: rows, one after another: length (u32), then
//!     configs, manifests   digest (32), row as `forebear_facts::rows` has it
//!     texts                SHA-256 (32), number, number when trimmed (u32s), text
//!     other digests        key (32), text
//!     observations         manifest (32), first seen, last seen (i64 s, u32 ns each),
//!                          ended (u32), length of the repository's name (u32), name, tag
//!     repositories         complete at (i64 s, u32 ns; NONE without), name
//! six times: begin, end (u64 each) of a section, in that order
//! ```
//!
//! All little-endian. Made for one machine and one measurement: it is checked
//! for nothing but its lengths.

mod read;
mod records;
mod write;

pub use read::RowFile;
pub use write::write;

const MAGIC: &[u8; 16] = b"forebear rows 1\n";

/// A section, and its place in the list at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Configs,
    Manifests,
    Texts,
    OtherDigests,
    Observations,
    Repositories,
}

const SECTIONS: usize = 6;
