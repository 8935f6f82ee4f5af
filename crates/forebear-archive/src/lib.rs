//! Images in local files, in the forms of containers-transports(5):
//! `docker-archive:`, `oci:`, `oci-archive:`, `dir:`, and the two JSON forms
//! `inspect:` and `manifest:`.
//!
//! Everything read here is as hostile as what a registry sends: documents have
//! size caps and are checked against their digests before they are parsed,
//! names inside archives are looked up and never used as paths. This crate
//! opens no socket and writes nothing but one temporary file, for a compressed
//! archive that has to be read twice.

#![forbid(unsafe_code)]

mod archive;
mod cap;
mod documents;
mod error;
mod files;
mod folder;
mod kind;
mod local_image;
mod offered;
mod tarball;
mod transport;
mod transports;
mod unpack;

pub use archive::Archive;
pub use cap::DOCUMENT_CAP;
pub use error::{ArchiveError, Problem};
pub use files::Opened;
pub use local_image::LocalImage;
pub use transport::Transport;
