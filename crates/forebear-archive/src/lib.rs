//! Images in local files, in the forms of containers-transports(5):
//! `docker-archive:`, `oci:`, `oci-archive:`, `dir:`, and the two JSON forms
//! `inspect:` and `manifest:`.
//!
//! Everything read here is as hostile as what a registry sends: documents have
//! size caps and are checked against their digests before they are parsed,
//! names inside archives are looked up and never used as paths. This crate
//! opens no socket and writes nothing but a temporary file, for a compressed or
//! piped archive, whose documents stand behind its layers.

#![forbid(unsafe_code)]

mod archive;
mod cap;
mod documents;
mod error;
mod files;
mod folder;
mod form;
mod instead;
mod kind;
mod local_image;
mod named;
mod offered;
mod recognise;
mod source;
mod stdin;
mod tarball;
mod transport;
mod transports;
mod unpack;

pub use archive::Archive;
pub use cap::DOCUMENT_CAP;
pub use error::{ArchiveError, Problem};
pub use files::Opened;
pub use form::Form;
pub use instead::Instead;
pub use kind::Takes;
pub use local_image::{LocalImage, Unshown};
pub use recognise::recognise;
pub use transport::Transport;
