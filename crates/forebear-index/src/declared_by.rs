//! The other way round: images that declare a base, whether the index holds it
//! or not.

use std::collections::HashMap;

use forebear_image::declared::{Declared, Source};
use forebear_image::{Digest, Reference};

use crate::format::Section;
use crate::format::records::{self, Id};
use crate::ids::ImageId;
use crate::image_set::ImageSet;
use crate::view::View;

/// A base that images may declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// By repository and tag; a declaration may add a digest.
    Named(Reference),
    /// By the digest of a manifest or an index.
    Digest(Digest),
}

impl Base {
    /// What each declaration of this base has in its text.
    fn mark(&self) -> String {
        match self {
            Self::Named(reference) => reference.repository.path.rsplit('/').next().unwrap_or_default().to_owned(),
            Self::Digest(digest) => digest.hex(),
        }
    }

    /// Whether it is declared here. What a build read need not be its base.
    fn is_declared_by(&self, declared: &Declared) -> bool {
        if declared.source == Source::Provenance {
            return false;
        }
        match self {
            Self::Digest(digest) => declared.digest == Some(*digest),
            Self::Named(wanted) => {
                let name = declared.reference();
                name.is_some_and(|name| name.repository == wanted.repository && name.tag == wanted.tag)
            }
        }
    }
}

impl View {
    /// Images that declare a base of their own, by their word alone: a parent's
    /// declaration that they inherited does not count.
    #[must_use]
    pub fn declarers_of(&self, base: &Base) -> ImageSet {
        let mark = base.mark();
        let texts = self.table::<Id>(Section::ImageDeclared);
        // Most images declare one of few bases.
        let mut known: HashMap<u32, bool> = HashMap::new();
        let mut is_meant = |id: Id| {
            let declares = || {
                let text = self.text(id);
                let declared = || serde_json::from_str(text).is_ok_and(|declared| base.is_declared_by(&declared));
                text.contains(&mark) && declared()
            };
            *known.entry(id.get()).or_insert_with(declares)
        };
        let mut found = ImageSet::none_of(self.image_count());
        let images = self.table::<records::Image>(Section::Images);
        for (at, text) in (0..).zip(texts) {
            if !is_meant(*text) {
                continue;
            }
            let owner = images.partition_point(|image| image.first_declared.get() <= at).checked_sub(1);
            let Some(image) = owner.and_then(|owner| u32::try_from(owner).ok()).map(ImageId) else { continue };
            if self.is_visible(image) && !self.inherits(image, *text) {
                found.insert(image);
            }
        }
        found
    }

    /// Whether an image's parent declares the same in the same place.
    fn inherits(&self, image: ImageId, text: Id) -> bool {
        let Some((parent, _)) = self.stored_parent(image) else { return false };
        let own = self.text(text);
        self.declared_of(parent).any(|its| its == own)
    }
}
