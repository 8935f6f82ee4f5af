//! Manifests and indexes, as the index knows them.

use forebear_facts::rows::kind;
use forebear_image::{ManifestDigest, Platform};

use crate::blob::BlobView;
use crate::format::records::{self, Id};
use crate::format::{Section, some};
use crate::ids::{ImageId, ManifestId, ObservationId};
use crate::view::View;

/// What a manifest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ManifestKind {
    /// Something refers to it, and it was never read.
    Unread,
    /// An image manifest.
    Image,
    /// An index, or Docker's manifest list.
    Index,
    /// Docker's schema 1: manifest and config in one.
    Schema1,
    /// Something else than an image.
    Artifact,
    /// An attestation whose statement was read.
    Attestation,
}

impl ManifestKind {
    /// The kind that a number in the file stands for.
    fn of(code: Id) -> Self {
        match code.get() {
            kind::IMAGE => Self::Image,
            kind::INDEX => Self::Index,
            kind::SCHEMA1 => Self::Schema1,
            kind::ARTIFACT => Self::Artifact,
            kind::ATTESTATION => Self::Attestation,
            _ => Self::Unread,
        }
    }
}

impl records::Manifest {
    /// What it is.
    pub(crate) fn kind(&self) -> ManifestKind {
        ManifestKind::of(self.kind)
    }

    /// Whether it was ever read.
    pub(crate) fn is_read(&self) -> bool {
        self.kind() != ManifestKind::Unread
    }
}

/// A manifest of any kind.
#[derive(Clone, Copy, Debug)]
pub struct ManifestView<'a> {
    view: &'a View,
    record: &'a records::Manifest,
}

impl<'a> ManifestView<'a> {
    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> ManifestDigest {
        ManifestDigest(self.view.digest(&self.record.digest))
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> ManifestKind {
        self.record.kind()
    }

    /// Its media type, of an artifact the artifact type; `None` where it was
    /// not read.
    #[must_use]
    pub fn media_type(&self) -> Option<&'a str> {
        self.view.optional_text(self.record.media_type)
    }

    /// The image that it describes.
    #[must_use]
    pub fn image(&self) -> Option<ImageId> {
        some(self.record.image).map(ImageId)
    }

    /// Its platform, as an index that lists it says.
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        self.view.platform(self.record.platform)
    }
}

/// One entry of an index.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    view: &'a View,
    manifest: ManifestId,
    platform: Id,
}

impl EntryView<'_> {
    /// The manifest, or index, that it lists.
    #[must_use]
    pub fn manifest(&self) -> ManifestId {
        self.manifest
    }

    /// The platform that it names.
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        self.view.platform(self.platform)
    }
}

impl View {
    /// A manifest of any kind.
    #[must_use]
    pub fn manifest(&self, id: ManifestId) -> Option<ManifestView<'_>> {
        Some(ManifestView { view: self, record: self.manifest_record(id)? })
    }

    /// How many manifests there are, those included that were never read.
    #[must_use]
    pub fn manifest_count(&self) -> u32 {
        self.count_of::<records::Manifest>(Section::Manifests)
    }

    /// A manifest's digest.
    #[must_use]
    pub fn manifest_digest(&self, id: ManifestId) -> Option<ManifestDigest> {
        Some(self.manifest(id)?.digest())
    }

    /// Blobs a manifest lists, bottom first.
    pub fn blobs_of(&self, id: ManifestId) -> impl Iterator<Item = BlobView<'_>> {
        self.blob_records_of(id).map(move |record| BlobView::of(self, record))
    }

    /// Entries of an index, in its order; none of another manifest.
    pub fn entries_of(&self, id: ManifestId) -> impl Iterator<Item = EntryView<'_>> {
        self.entry_records_of(id).iter().filter_map(move |entry| {
            Some(EntryView { view: self, manifest: some(entry.manifest).map(ManifestId)?, platform: entry.platform })
        })
    }

    /// Whether a manifest is an index that lists something.
    pub(crate) fn lists_any(&self, id: ManifestId) -> bool {
        !self.entry_records_of(id).is_empty()
    }

    /// Indexes that list a manifest.
    pub fn indexes_of(&self, id: ManifestId) -> impl ExactSizeIterator<Item = ManifestId> {
        let from = self.manifest_record(id).map(|m| m.first_index);
        let to = self.next_manifest(id).map(|m| m.first_index);
        self.list(Section::ManifestIndexes, from, to).iter().map(|id| ManifestId(id.get()))
    }

    /// Observations of tags that led to a manifest.
    pub fn observations_of(&self, id: ManifestId) -> impl ExactSizeIterator<Item = ObservationId> {
        let from = self.manifest_record(id).map(|m| m.first_observation);
        let to = self.next_manifest(id).map(|m| m.first_observation);
        self.list(Section::ManifestObservations, from, to).iter().map(|id| ObservationId(id.get()))
    }

    /// The image that a manifest describes.
    pub(crate) fn image_of(&self, id: ManifestId) -> Option<ImageId> {
        some(self.manifest_record(id)?.image).map(ImageId)
    }

    pub(crate) fn manifest_record(&self, id: ManifestId) -> Option<&records::Manifest> {
        self.at(Section::Manifests, id.0)
    }

    fn next_manifest(&self, id: ManifestId) -> Option<&records::Manifest> {
        self.manifest_record(ManifestId(id.0.saturating_add(1)))
    }

    pub(crate) fn blob_records_of(&self, id: ManifestId) -> impl Iterator<Item = &records::Blob> {
        let from = self.manifest_record(id).map(|m| m.first_blob);
        let to = self.next_manifest(id).map(|m| m.first_blob);
        let blobs = self.list(Section::ManifestBlobs, from, to);
        blobs.iter().filter_map(move |blob| self.at(Section::Blobs, blob.get()))
    }

    fn entry_records_of(&self, id: ManifestId) -> &[records::IndexEntry] {
        let all = self.table::<records::IndexEntry>(Section::IndexEntries);
        let bound = |m: Option<&records::Manifest>| {
            m.and_then(|m| usize::try_from(m.first_entry.get()).ok()).unwrap_or(all.len())
        };
        let start = bound(self.manifest_record(id));
        all.get(start..bound(self.next_manifest(id)).max(start)).unwrap_or_default()
    }
}
