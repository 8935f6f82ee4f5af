//! Things by their digests.

use forebear_image::image::Identity;
use forebear_image::{BlobDigest, DiffId, Digest, ManifestDigest};

use crate::format::records::{self, Id, Key};
use crate::format::{Section, some};
use crate::ids::{BlobId, ImageId, LayerId, ManifestId};
use crate::look_up::{bucket, find_key};
use crate::view::View;

impl View {
    /// The digest that stands for a layer: its diff_id, or its blob's where no
    /// config says which that is.
    #[must_use]
    pub fn layer_digest(&self, layer: LayerId) -> Option<Digest> {
        Some(self.digest(self.at::<Key>(Section::Layers, layer.0)?))
    }

    /// The layer key of a diff_id.
    #[must_use]
    pub fn find_diff_id(&self, diff_id: DiffId) -> Option<LayerId> {
        let key = diff_id.0.key();
        let range = bucket(self.table::<Id>(Section::LayerFan), &key)?;
        let diff_ids = self.table::<Key>(Section::Layers).get(range.start as usize..range.end as usize)?;
        let end = self.diff_id_count();
        find_key(diff_ids, &key, |key| *key).map(|at| LayerId(range.start + at)).filter(|layer| layer.0 < end)
    }

    /// A blob by its digest.
    #[must_use]
    pub fn find_blob(&self, digest: BlobDigest) -> Option<BlobId> {
        let blobs = self.table::<records::Blob>(Section::Blobs);
        find_key(blobs, &digest.0.key(), |blob| blob.digest).map(BlobId)
    }

    /// The layer key that a blob is compared by: what it is known to be, or
    /// itself where nothing or too much is known.
    pub(crate) fn key_of_blob(&self, digest: BlobDigest) -> Option<LayerId> {
        let blob: &records::Blob = self.at(Section::Blobs, self.find_blob(digest)?.0)?;
        some(blob.layer).map(LayerId)
    }

    /// A manifest by its digest.
    #[must_use]
    pub fn find_manifest(&self, digest: ManifestDigest) -> Option<ManifestId> {
        let manifests = self.table::<records::Manifest>(Section::Manifests);
        find_key(manifests, &digest.0.key(), |m| m.digest).map(ManifestId)
    }

    /// All images in the order of their digests' texts.
    #[must_use]
    pub fn images_by_digest(&self) -> Vec<ImageId> {
        let order = self.table::<Id>(Section::ImagesByDigest);
        let mut images: Vec<ImageId> = order.iter().map(|id| ImageId(id.get())).collect();
        // Digests of another algorithm lie where the hash that stands for them does.
        if !self.section(Section::OtherDigests).is_empty() {
            let text = |id: &ImageId| self.image(*id).map(|image| image.identity().to_string());
            images.sort_by_cached_key(text);
        }
        images
    }

    /// An image by config digest, or by manifest digest where that is its
    /// identity.
    #[must_use]
    pub fn find_image(&self, identity: &Identity) -> Option<ImageId> {
        let by_manifest = matches!(identity, Identity::Manifest(_));
        let order = self.table::<Id>(Section::ImagesByDigest);
        let nothing: Key = [0xff; 32];
        let digest_at = |id: &Id| self.image_record(ImageId(id.get())).map_or(nothing, |image| image.digest);
        let key = identity.digest().key();
        let at = find_key(order, &key, |id| digest_at(id))?;
        let id = some(*order.get(at as usize)?).map(ImageId)?;
        let found = self.image_record(id)?.is_by_manifest();
        (found == by_manifest).then_some(id)
    }
}
