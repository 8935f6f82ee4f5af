//! What a manifest or an index offers, and for which platforms.

use std::collections::BTreeSet;

use forebear_image::Platform;
use forebear_image::descend::{MAX_NESTING, Rank, has_converted_layers};

use crate::blob::BlobView;
use crate::ids::{ImageId, ManifestId};
use crate::manifest::ManifestKind;
use crate::view::View;

/// What an index offers.
struct Offered {
    manifest: ManifestId,
    /// As its entry states it.
    stated: Option<Platform>,
    /// With what the image's own config adds.
    platform: Option<Platform>,
}

impl View {
    /// The manifest that `target` offers for a platform: itself, or the entry
    /// of the index it is that serves best ([`Rank`]).
    #[must_use]
    pub fn for_platform(&self, target: ManifestId, wanted: &Platform) -> Option<ManifestId> {
        if !self.lists_any(target) {
            return Some(target);
        }
        let offered = self.offered(target);
        let rank = |own: &Offered| Rank::of_image(own.stated.as_ref(), own.platform.as_ref(), false, wanted);
        let best = offered.iter().filter_map(rank).min()?;
        let meant: Vec<ManifestId> =
            offered.iter().filter(|own| rank(own) == Some(best)).map(|own| own.manifest).collect();
        match meant.as_slice() {
            [only] => Some(*only),
            // What their layers are stands elsewhere in the file: it is read only
            // where several serve alike.
            several => several.iter().find(|own| !self.is_converted(**own)).or(several.first()).copied(),
        }
    }

    /// Whether a manifest is another tool's form of an image, by its layers.
    fn is_converted(&self, manifest: ManifestId) -> bool {
        has_converted_layers(self.blobs_of(manifest).filter_map(|blob: BlobView<'_>| blob.media_type()))
    }

    /// What an index offers, in its order: entries, and those of indexes
    /// inside it. What is known to be no image is not offered.
    fn offered(&self, target: ManifestId) -> Vec<Offered> {
        let mut offered = Vec::new();
        let mut seen = BTreeSet::from([target]);
        let mut level = vec![target];
        for _ in 0..MAX_NESTING {
            let mut inside = Vec::new();
            for entry in level.iter().flat_map(|index| self.entries_of(*index)) {
                let manifest = entry.manifest();
                match self.manifest(manifest).map(|manifest| manifest.kind()) {
                    Some(ManifestKind::Index) => inside.extend(Some(manifest).filter(|index| seen.insert(*index))),
                    Some(ManifestKind::Image | ManifestKind::Schema1 | ManifestKind::Unread) => {
                        let stated = entry.platform();
                        let own = self.image_of(manifest).and_then(|image| self.platform_of(image, Some(manifest)));
                        let platform = Platform::of_image(stated.as_ref(), own.as_ref());
                        offered.push(Offered { manifest, stated, platform });
                    }
                    Some(ManifestKind::Artifact | ManifestKind::Attestation) | None => {}
                }
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
        self.offered(target).into_iter().filter_map(|own| self.image_of(own.manifest)).collect()
    }

    /// All images that an index offers, in its order: each with its platform,
    /// where that is known, and whether it was read.
    #[must_use]
    pub fn offered_platforms(&self, target: ManifestId) -> Vec<(ManifestId, Option<Platform>, bool)> {
        let read = |manifest| self.image_of(manifest).is_some();
        self.offered(target).into_iter().map(|own| (own.manifest, own.platform, read(own.manifest))).collect()
    }

    /// Types of what an index lists that are no images.
    #[must_use]
    pub fn artifacts_of(&self, target: ManifestId) -> Vec<&str> {
        let listed = self.entries_of(target).filter_map(|entry| self.manifest(entry.manifest()));
        let is_none = |kind| matches!(kind, ManifestKind::Artifact | ManifestKind::Attestation);
        listed.filter(|own| is_none(own.kind())).map(|own| own.media_type().unwrap_or_default()).collect()
    }
}
