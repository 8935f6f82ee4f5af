//! From records back to values: images, histories, platforms.

use forebear_image::agreement::StepKey;
use forebear_image::image::Identity;
use forebear_image::{
    BlobDigest, ConfigDigest, DiffId, HistoryEntry, Image, Layer, ManifestDigest, Platform, RuntimeConfig, Timestamp,
};

use crate::format::records::{self, Id};
use crate::format::{NONE, Section};
use crate::reader::{ImageId, Index, ManifestId, NodeId};

impl Index {
    /// A platform by its id.
    #[must_use]
    pub fn platform(&self, id: Id) -> Option<Platform> {
        let record: &records::Platform = self.at(Section::Platforms, id.get())?;
        let optional = |id: Id| (id.get() != NONE).then(|| self.name_text(id).to_owned());
        Some(Platform {
            os: self.name_text(record.os).to_owned(),
            architecture: self.name_text(record.architecture).to_owned(),
            variant: optional(record.variant),
            os_version: optional(record.os_version),
        })
    }

    /// All platforms of the index.
    #[must_use]
    pub fn platforms(&self) -> Vec<Platform> {
        let count = self.table::<records::Platform>(Section::Platforms).len();
        (0..u32::try_from(count).unwrap_or(0)).filter_map(|id| self.platform(Id::new(id))).collect()
    }

    /// An image's history; `None` when its config was not read.
    #[must_use]
    pub fn history_of(&self, id: ImageId) -> Option<Vec<HistoryEntry>> {
        self.steps_of(id, |node| HistoryEntry {
            created: node.created(),
            created_by: self.text(node.text).to_owned(),
            author: None,
            comment: self.optional_text(node.comment).map(str::to_owned),
            empty: node.is_empty(),
        })
    }

    /// An image's history as it is compared, without copying its texts.
    pub(crate) fn step_keys_of(&self, id: ImageId) -> Option<Vec<StepKey<'_>>> {
        self.steps_of(id, |node| StepKey {
            created: node.created(),
            text: self.text(node.text),
            empty: node.is_empty(),
        })
    }

    /// The nodes of an image's history, first step first.
    fn steps_of<'a, T>(&'a self, id: ImageId, step: impl Fn(&'a records::StepNode) -> T) -> Option<Vec<T>> {
        let image = self.image(id)?;
        let mut at = (image.history.get() != NONE).then_some(image.history.get())?;
        let mut steps = Vec::new();
        while let Some(node) = self.at::<records::StepNode>(Section::StepNodes, at) {
            // A parent always has a smaller id; the root has none.
            if node.parent.get() >= at {
                break;
            }
            steps.push(step(node));
            at = node.parent.get();
        }
        steps.reverse();
        Some(steps)
    }

    /// Everything the index knows of an image. `manifest` says which of its
    /// manifests to take blobs from; any, when `None`.
    #[must_use]
    pub fn load(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Image> {
        let record = self.image(id)?;
        let manifest = manifest.or_else(|| ManifestId::some(*self.manifests_of(id).first()?));
        let blobs = manifest.map(|m| self.manifest_blobs(m)).unwrap_or_default();
        let keys = self.layers_of(NodeId(record.node.get()));
        let diff_ids = self.diff_id_count();
        let pairs = blobs.len() == keys.len();
        let layers = keys.iter().enumerate().map(|(position, key)| {
            let blob = blobs.get(position).filter(|_| pairs);
            Layer {
                blob: blob.map(|b| BlobDigest(self.digest(&b.digest))),
                size: blob.map(|b| b.size.get()).filter(|size| *size != u64::MAX),
                media_type: blob.and_then(|b| self.optional_text(b.media_type)).map(str::to_owned),
                diff_id: if key.0 < diff_ids { self.layer_key(*key).map(DiffId) } else { None },
            }
        });
        let flag = |bit| record.flags.get() & bit != 0;
        let digest = self.digest(&record.digest);
        let by_manifest = flag(records::Image::BY_MANIFEST);
        let created = Timestamp { seconds: record.created_seconds.get(), nanos: record.created_nanos.get() };
        let declared = self.declared_of(id).iter().filter_map(|id| serde_json::from_str(self.text(*id)).ok());
        Some(Image {
            identity: Some(if by_manifest {
                Identity::Manifest(ManifestDigest(digest))
            } else {
                Identity::Config(ConfigDigest(digest))
            }),
            manifest_digest: manifest.and_then(|m| self.manifest_digest(m)),
            platform: self.platform_of(id, manifest),
            created: flag(records::Image::CREATED).then_some(created),
            layers: layers.collect(),
            history: self.history_of(id),
            runtime: self
                .optional_text(record.runtime)
                .and_then(|text| serde_json::from_str::<RuntimeConfig>(text).ok()),
            declared: declared.collect(),
        })
    }

    /// The platform of an image, preferring what an index says of `manifest`.
    #[must_use]
    pub fn platform_of(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Platform> {
        let said = manifest.and_then(|m| self.platform(self.manifest(m)?.platform));
        said.or_else(|| self.platform(self.image(id)?.platform))
    }
}
