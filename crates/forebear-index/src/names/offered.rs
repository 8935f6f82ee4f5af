//! What a manifest or an index offers, and for which platforms.

use std::collections::BTreeSet;

use forebear_image::Platform;
use forebear_image::descend::{MAX_NESTING, nearest};

use crate::ids::{ImageId, ManifestId};
use crate::view::View;

impl View {
    /// The manifest that `target` offers for a platform: itself, or the entry
    /// of the index it is that is [`nearest`].
    #[must_use]
    pub fn for_platform(&self, target: ManifestId, wanted: &Platform) -> Option<ManifestId> {
        if !self.lists_any(target) {
            return Some(target);
        }
        let offered = self.offered(target);
        let at = nearest(&offered, |(_, platform)| platform.as_ref(), wanted)?;
        offered.get(at).map(|(manifest, _)| *manifest)
    }

    /// What an index offers, in its order: entries, and those of indexes
    /// inside it. The platform is the entry's, or where an entry names none,
    /// the image's own.
    fn offered(&self, target: ManifestId) -> Vec<(ManifestId, Option<Platform>)> {
        let mut offered = Vec::new();
        let mut seen = BTreeSet::from([target]);
        let mut level = vec![target];
        for _ in 0..MAX_NESTING {
            let mut inside = Vec::new();
            for entry in level.iter().flat_map(|index| self.entries_of(*index)) {
                let manifest = entry.manifest();
                if self.lists_any(manifest) {
                    inside.extend(Some(manifest).filter(|index| seen.insert(*index)));
                    continue;
                }
                let own = || self.platform_of(self.image_of(manifest)?, None);
                offered.push((manifest, entry.platform().or_else(own)));
            }
            level = inside;
        }
        offered
    }

    /// The images that a manifest or index leads to, as far as they were read.
    pub(crate) fn images_under(&self, target: ManifestId) -> Vec<ImageId> {
        if !self.lists_any(target) {
            return self.image_of(target).into_iter().collect();
        }
        self.offered(target).into_iter().filter_map(|(manifest, _)| self.image_of(manifest)).collect()
    }

    /// All platforms that a manifest or index offers, with whether each was read.
    #[must_use]
    pub fn offered_platforms(&self, target: ManifestId) -> Vec<(Platform, bool)> {
        let read = |manifest| self.image_of(manifest).is_some();
        self.offered(target).into_iter().filter_map(|(manifest, platform)| Some((platform?, read(manifest)))).collect()
    }
}
