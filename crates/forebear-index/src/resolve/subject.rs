//! Who is asked about.

use forebear_image::Image;

use crate::ids::ImageId;
use crate::view::View;

/// An image that is asked about: its facts, and its place in the index if it
/// is known there.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What is known of it.
    pub image: &'a Image,
    /// Its id, when the index holds it.
    pub known: Option<ImageId>,
}

/// The image asked about itself, if the index holds it: by its identity, or
/// by its manifest, whose config the index may not have read, or the asker.
pub(super) fn own_id(view: &View, subject: Subject<'_>) -> Option<ImageId> {
    let by_identity = || view.find_image(&subject.image.identity?);
    let by_manifest = || {
        let manifest = view.find_manifest(subject.image.manifest_digest?)?;
        view.image_of(manifest)
    };
    subject.known.or_else(by_identity).or_else(by_manifest)
}
