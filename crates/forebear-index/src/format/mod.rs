//! The index file, byte by byte. `docs/index-format.md` draws it.
//!
//! Everything is little-endian and unaligned. Ids are positions in sorted
//! tables, so the same facts give the same bytes whatever order they came in.

mod header;
pub mod records;
mod sections;

pub use header::{HEADER_SIZE, Layout, MAGIC, VERSION, write_file};
pub use sections::Section;

/// "No such thing" in any 32-bit id column.
pub const NONE: u32 = u32::MAX;
