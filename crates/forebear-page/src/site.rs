//! What a page has to know of the others.

use forebear_ask::estate::{Estate, ImageSummary};
use forebear_image::Digest;

use crate::address;

/// All pages, as one of them sees them.
pub struct Site<'a> {
    /// What comes before a page's address, from where it is linked: `../../`, or `/`.
    pub root: &'a str,
    /// All images in short.
    pub estate: &'a Estate,
    /// Whether an image has a page.
    pub has_image: &'a (dyn Fn(&Digest) -> bool + Sync),
    /// Whether a repository has one.
    pub has_repository: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Site<'_> {
    /// The address of an image's page, where it has one.
    pub(crate) fn image(&self, digest: &Digest) -> Option<String> {
        (self.has_image)(digest).then(|| format!("{}{}", self.root, address::image(digest)))
    }

    /// The same, of an image in short.
    pub(crate) fn summary(&self, image: &ImageSummary) -> Option<String> {
        self.image(&image.digest)
    }

    /// The address of a repository's page, where it has one.
    pub(crate) fn repository(&self, name: &str) -> Option<String> {
        (self.has_repository)(name).then(|| format!("{}{}", self.root, address::repository(name, 1)))
    }

    /// Any address, from here.
    pub(crate) fn linked(&self, address: &str) -> String {
        format!("{}{address}", self.root)
    }
}
