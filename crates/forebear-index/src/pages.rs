//! Pages of a set of images, in an order for people: by repository and tag of
//! each image's shown name, then by platform; images without a name last.
//!
//! Of few images the names are looked up and sorted. Of many, tags are walked
//! in their order until the page is full, so that nothing is done for what is
//! not printed.

use std::collections::BTreeSet;

use crate::ids::{ImageId, TagId};
use crate::image_set::ImageSet;
use crate::names::shown;
use crate::view::View;

/// Sets up to this size are sorted.
const SORTED: usize = 10_000;

impl View {
    /// At most `limit` images of a set, after the first `offset`.
    #[must_use]
    pub fn page(&self, set: &ImageSet, offset: usize, limit: usize) -> Vec<ImageId> {
        if set.len() <= SORTED { self.page_sorted(set, offset, limit) } else { self.page_walked(set, offset, limit) }
    }

    /// The page, by the names of all.
    #[must_use]
    pub fn page_sorted(&self, set: &ImageSet, offset: usize, limit: usize) -> Vec<ImageId> {
        let mut all: Vec<ImageId> = set.iter().collect();
        all.sort_by_cached_key(|image| {
            let tag = self.shown_tag(*image);
            (tag.is_none(), tag, tag.and_then(|_| self.platform_text(*image)), *image)
        });
        all.into_iter().skip(offset).take(limit).collect()
    }

    /// The page, by walking the tags.
    #[must_use]
    pub fn page_walked(&self, set: &ImageSet, offset: usize, limit: usize) -> Vec<ImageId> {
        let tags = (0..self.tag_count()).map(TagId);
        let named = tags.flat_map(|tag| self.named_by(set, tag));
        let nameless = set.iter().filter(|image| self.shown_tag(*image).is_none());
        named.chain(nameless).skip(offset).take(limit).collect()
    }

    /// Images of a set whose shown name this tag is.
    fn named_by(&self, set: &ImageSet, tag: TagId) -> Vec<ImageId> {
        let mut found = BTreeSet::new();
        for observation in self.observations_of_tag(tag) {
            let images = self.observed_manifest(observation).map(|manifest| self.images_under(manifest));
            found.extend(images.into_iter().flatten().filter(|image| set.contains(*image)));
        }
        let mut found: Vec<ImageId> = found.into_iter().filter(|image| self.shown_tag(*image) == Some(tag)).collect();
        found.sort_by_cached_key(|image| (self.platform_text(*image), *image));
        found
    }

    fn shown_tag(&self, image: ImageId) -> Option<TagId> {
        shown(&self.names_of(image), &[]).map(|name| name.tag)
    }

    fn platform_text(&self, image: ImageId) -> Option<String> {
        self.platform_of(image, None).map(|platform| platform.to_string())
    }
}
