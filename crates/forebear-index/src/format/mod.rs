//! The index file, byte by byte. `docs/index-format.md` draws it.
//!
//! Everything is little-endian and unaligned. Ids are positions in sorted
//! tables, so the same facts give the same bytes whatever order they came in.

mod header;
pub mod records;
mod sections;
mod writer;

use header::ALIGNMENT;
pub use header::{HEADER_SIZE, Layout, MAGIC, VERSION};
pub use sections::Section;
pub use writer::{FileWriter, Target};

/// "No such thing" in any 32-bit id column.
pub const NONE: u32 = u32::MAX;
