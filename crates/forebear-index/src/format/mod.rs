//! The index file, byte by byte. `docs/index-format.md` draws it.
//!
//! Everything is little-endian and unaligned. Ids are positions in sorted
//! tables, so the same facts give the same bytes whatever order they came in.
//! Records and numbers of the file stay inside this crate.

mod agreement;
mod header;
mod ids;
mod layout;
mod meta;
pub(crate) mod records;
mod sections;
mod writer;

pub(crate) use agreement::{agreement_code, agreement_of};
use header::ALIGNMENT;
pub(crate) use header::MARKS_APART;
pub use header::{HEADER_SIZE, MAGIC, VERSION};
pub(crate) use ids::{NONE, id_of, some};
pub(crate) use layout::Layout;
pub use layout::OLDEST_READABLE;
pub use meta::Meta;
pub use sections::Section;
pub(crate) use writer::FileWriter;
pub use writer::Target;
