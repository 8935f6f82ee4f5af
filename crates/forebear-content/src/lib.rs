//! What is inside an image's blobs: layers are unpacked, hashed and listed as
//! they stream by.
//!
//! A layer says nothing true about itself until it has been read to its end:
//! its sizes, names and compression are claims of whoever made it. So memory
//! is bounded here whatever a layer says: one buffer, one decompression window
//! and, to tell what a layer adds from what it changes, a bounded table of the
//! paths below it. Nothing is written to disk, no path is followed.
//!
//! This crate opens no file and no socket; it reads what it is given.

#![forbid(unsafe_code)]

mod check;
mod compression;
mod decoder;
mod entry;
mod error;
mod files;
mod hashing;
mod lower;
mod packing;
mod path;
mod tree;
mod unpacked;

pub use check::{Checked, Expected, Flaw, check_document, check_layer};
pub use compression::{Compression, HEAD, is_tar};
pub use decoder::unpack;
pub use entry::{Entry, Kind};
pub use error::{LayerError, NotRead};
pub use files::{Files, MAX_ENTRIES};
pub use hashing::Hasher;
pub use lower::{Change, Lower, MAX_PATHS};
pub use packing::Packing;
pub use tree::{Document, StatedLayer, Tree, read_config};
pub use unpacked::{MAX_UNPACKED, Sums, Unpacked};
