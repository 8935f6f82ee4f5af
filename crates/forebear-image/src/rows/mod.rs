//! Facts as compact rows: what an index is built from.
//!
//! A publish reads every manifest and config there is, so it must not parse
//! them. A row is a few fixed-size records end to end, read where it lies:
//! digests as 32 bytes, texts as numbers. Texts (step texts, comments,
//! container settings, platforms, media types, declared bases) are kept once
//! in a table of their own. A row can always be derived again from the bytes
//! that were fetched; [`VERSION`] says by which rules it was made.

mod encode;
mod memory;
mod records;
mod source;
mod view;

pub use encode::{Texts, config_row, manifest_row};
pub use memory::MemorySource;
pub use records::{BlobRecord, ChildRecord, ClaimRecord, ConfigHead, ManifestHead, StepRecord};
pub use source::{FactSource, ObservationRow, SourceError, TextRow};
pub use view::{ConfigRow, ManifestRow};

use crate::digest::Digest;

/// Version of the rows and of the rules that derive them. Rows of another
/// version are made again from the kept documents.
pub const VERSION: u32 = 2;

/// What stands for a digest in rows and tables: a SHA-256, or the SHA-256 of
/// another digest's text.
pub type Key = [u8; 32];

/// "No such text" in a column of text numbers.
pub const NONE: u32 = u32::MAX;

/// What a schema 1 manifest's config row stands under, given the manifest's key.
/// No digest: a manifest that calls a schema 1 manifest its config does not
/// find it.
#[must_use]
pub fn schema1_key(manifest: &Key) -> Key {
    Digest::sha256(&[b"schema 1 manifest ".as_slice(), manifest].concat()).key()
}

/// Kinds of manifest rows.
pub mod kind {
    /// Referred to, and never read.
    pub const UNREAD: u32 = 0;
    /// An image manifest.
    pub const IMAGE: u32 = 1;
    /// A list of manifests.
    pub const INDEX: u32 = 2;
    /// A schema 1 manifest. What its history says of a config is a config row
    /// under [`super::schema1_key`].
    pub const SCHEMA1: u32 = 3;
    /// Not an image.
    pub const ARTIFACT: u32 = 4;
    /// An attestation whose statement was read.
    pub const ATTESTATION: u32 = 5;
}
