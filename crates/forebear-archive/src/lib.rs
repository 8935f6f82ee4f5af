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
mod docker_archive;
mod error;
mod files;
mod folder;
mod form;
mod json;
mod layout;
mod offered;
mod provenance;
mod tarball;
mod unpack;

pub use archive::Archive;
pub use error::{ArchiveError, Problem};
pub use files::Opened;
pub use form::Form;

use forebear_image::{ConfigDigest, Image, Platform};

/// The most bytes of a document (manifest, config, index) that are read: as
/// many as the registry client takes of a config, so that an image is answered
/// for in every form or in none. A history of 100,000 steps, the most that is
/// read, fits.
pub const DOCUMENT_CAP: u64 = 16 * 1024 * 1024;

/// An image found in a local form.
#[derive(Clone, Debug)]
pub struct LocalImage {
    /// What the form calls it, if anything.
    pub name: Option<String>,
    /// The image. History is `None` for the JSON forms, which carry none.
    pub image: Image,
    /// Digest of a config that the form names and does not hold: an index may
    /// know it.
    pub config: Option<ConfigDigest>,
    /// What could not be read and is not needed for the image, a sentence each.
    pub notes: Vec<String>,
}

/// Reads the image that a form leads to.
///
/// `platform` chooses where an index offers several; there is no default, as
/// an archive on disk was made for somebody in particular.
///
/// # Errors
/// [`ArchiveError`] saying what was looked for in which file, and what to do.
pub fn read(form: &Form, platform: Option<&Platform>) -> Result<LocalImage, ArchiveError> {
    Archive::open(form)?.image(platform)
}
