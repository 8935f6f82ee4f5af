//! An image found in a local form.

use forebear_image::descend::Note;
use forebear_image::{ConfigDigest, Image};

/// An image found in a local form.
#[derive(Debug)]
pub struct LocalImage {
    /// What the form calls it, if anything.
    pub name: Option<String>,
    /// The image. History is `None` for the JSON forms, which carry none.
    pub image: Image,
    /// Digest of a config that the form names and does not hold: an index may
    /// know it.
    pub config: Option<ConfigDigest>,
    /// What could not be read and is not needed for the image.
    pub notes: Vec<Note>,
}

impl LocalImage {
    /// An image that nothing more is known of.
    pub(crate) fn of(name: Option<String>, image: Image) -> Self {
        Self { name, image, config: None, notes: Vec::new() }
    }
}
