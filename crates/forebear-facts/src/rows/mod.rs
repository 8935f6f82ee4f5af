//! Facts as compact rows: what an index is built from.
//!
//! A publish reads every manifest and config there is, so it must not parse
//! them. A row is a few fixed-size records end to end, read where it lies:
//! digests as 32 bytes, texts as numbers. Texts (step texts, comments,
//! container settings, platforms, media types, declared bases) are kept once
//! in a table of their own. A row can always be derived again from the bytes
//! that were fetched; [`VERSION`] says by which rules it was made.

mod encode;
mod key;
pub mod kind;
mod memory;
mod records;
mod renumber;
mod source;
mod timely;
mod unread;
mod version;
mod view;

pub use encode::{Texts, config_row, manifest_row};
pub use key::{Key, NONE, schema1_key};
pub use memory::MemorySource;
pub use records::{BlobRecord, ChildRecord, ClaimRecord, ConfigHead, ManifestHead, StepRecord};
pub use renumber::{renumber_config, renumber_manifest};
pub use source::{FactSource, ObservationRow, SourceError, TextRow};
pub use timely::Timely;
pub use unread::UnreadRow;
pub use version::VERSION;
pub use view::{ConfigRow, ManifestRow};
