//! Blobs of layers, as the index knows them.

use forebear_image::{BlobDigest, DiffId};

use crate::format::records::Blob;
use crate::format::{Section, some};
use crate::ids::{BlobId, LayerId};
use crate::view::View;

/// A blob of a layer.
#[derive(Clone, Copy, Debug)]
pub struct BlobView<'a> {
    view: &'a View,
    record: &'a Blob,
}

impl<'a> BlobView<'a> {
    pub(crate) fn of(view: &'a View, record: &'a Blob) -> Self {
        Self { view, record }
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> BlobDigest {
        BlobDigest(self.view.digest(&self.record.digest))
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        Some(self.record.size.get()).filter(|size| *size != u64::MAX)
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(&self) -> Option<&'a str> {
        self.view.optional_text(self.record.media_type)
    }

    /// Whether configs contradict each other on its diff_id.
    #[must_use]
    pub fn is_contradicted(&self) -> bool {
        self.record.is_contradicted()
    }

    /// The layer key it is compared by; none where configs contradict each
    /// other on it.
    #[must_use]
    pub fn layer(&self) -> Option<LayerId> {
        some(self.record.layer).map(LayerId).filter(|_| !self.is_contradicted())
    }

    /// Its diff_id, where some config that was read gives it one.
    #[must_use]
    pub fn diff_id(&self) -> Option<DiffId> {
        let layer = self.layer().filter(|layer| layer.0 < self.view.diff_id_count())?;
        self.view.layer_digest(layer).map(DiffId)
    }
}

impl Blob {
    /// Whether two configs contradict each other on its diff_id.
    pub(crate) fn is_contradicted(&self) -> bool {
        self.flags.get() & Self::CONTRADICTED != 0
    }
}

impl View {
    /// A blob.
    #[must_use]
    pub fn blob(&self, id: BlobId) -> Option<BlobView<'_>> {
        Some(BlobView::of(self, self.at(Section::Blobs, id.0)?))
    }
}
