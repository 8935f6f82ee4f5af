//! Lists that belong to a record: a manifest's blobs and entries, an image's
//! manifests and children.

use forebear_image::agreement::Agreement;

use crate::format::Section;
use crate::format::records::{self, Id};
use crate::reader::{ImageId, Index, ManifestId};
use crate::resolve::agreement_of;

impl Index {
    /// Blobs a manifest lists, bottom first.
    #[must_use]
    pub fn manifest_blobs(&self, id: ManifestId) -> Vec<&records::Blob> {
        let from = self.manifest(id).map(|m| m.first_blob);
        let to = self.next_manifest(id).map(|m| m.first_blob);
        let blobs = self.list(Section::ManifestBlobs, from, to);
        blobs.iter().filter_map(|blob| self.at(Section::Blobs, blob.get())).collect()
    }

    /// Entries of an index: child manifest and platform.
    #[must_use]
    pub fn index_entries(&self, id: ManifestId) -> &[records::IndexEntry] {
        let all = self.table::<records::IndexEntry>(Section::IndexEntries);
        let bound = |m: Option<&records::Manifest>| {
            m.and_then(|m| usize::try_from(m.first_entry.get()).ok()).unwrap_or(all.len())
        };
        let start = bound(self.manifest(id));
        all.get(start..bound(self.next_manifest(id)).max(start)).unwrap_or_default()
    }

    /// Indexes that list a manifest.
    #[must_use]
    pub fn indexes_of(&self, id: ManifestId) -> &[Id] {
        let from = self.manifest(id).map(|m| m.first_index);
        self.list(Section::ManifestIndexes, from, self.next_manifest(id).map(|m| m.first_index))
    }

    /// Observations that led to a manifest.
    #[must_use]
    pub fn observations_of(&self, id: ManifestId) -> &[Id] {
        let from = self.manifest(id).map(|m| m.first_observation);
        self.list(Section::ManifestObservations, from, self.next_manifest(id).map(|m| m.first_observation))
    }

    /// Manifests of an image: more than one when copies were recompressed.
    #[must_use]
    pub fn manifests_of(&self, id: ImageId) -> &[Id] {
        let from = self.image(id).map(|image| image.first_manifest);
        let to = self.image(ImageId(id.0.saturating_add(1))).map(|image| image.first_manifest);
        self.list(Section::ImageManifests, from, to)
    }

    /// Bases an image declares, as text ids of their JSON.
    pub(crate) fn declared_of(&self, id: ImageId) -> &[Id] {
        let from = self.image(id).map(|image| image.first_declared);
        let to = self.image(ImageId(id.0.saturating_add(1))).map(|image| image.first_declared);
        self.list(Section::ImageDeclared, from, to)
    }

    /// The ranked parent of an image as it is stored, and how their histories
    /// agree.
    #[must_use]
    pub fn stored_parent(&self, id: ImageId) -> Option<(ImageId, Agreement)> {
        let parent: &records::Parent = self.at(Section::Parents, id.0)?;
        Some((ImageId::some(parent.image)?, agreement_of(parent.agreement.get())))
    }

    /// Images whose ranked parent is this one.
    #[must_use]
    pub fn ranked_children(&self, id: ImageId) -> &[Id] {
        let start = |id: u32| self.at::<Id>(Section::ImageChildStarts, id).copied();
        self.list(Section::ImageChildren, start(id.0), start(id.0.saturating_add(1)))
    }
}
