//! An image found in a local form.

use forebear_image::descend::Note;
use forebear_image::{Digest, Image};

/// An image found in a local form.
#[derive(Debug)]
pub struct LocalImage {
    /// What the form calls it, if anything.
    pub name: Option<String>,
    /// The image. History is `None` for JSON forms that carry none.
    pub image: Image,
    /// Digests that an index may know it by, likeliest first: of its config, its
    /// manifest, or an index that leads to it.
    pub known_by: Vec<Digest>,
    /// Set where the form shows no layers of an image that may have some: only
    /// an index can tell.
    pub unshown: Option<Unshown>,
    /// What could not be read and is not needed for the image.
    pub notes: Vec<Note>,
}

/// A form that shows no layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unshown {
    /// Whose output it is: `Docker`, `podman`.
    pub by: &'static str,
    /// By what name and digest a registry may be asked: `acme/app@sha256:…`.
    pub pulled_as: Option<String>,
}

impl LocalImage {
    /// An image that nothing more is known of.
    pub(crate) fn of(name: Option<String>, image: Image) -> Self {
        let known_by = image.identity.iter().map(forebear_image::image::Identity::digest).collect();
        Self { name, image, known_by, unshown: None, notes: Vec::new() }
    }
}
