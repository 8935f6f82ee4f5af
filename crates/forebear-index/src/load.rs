//! From records back to values: images with their histories.

use forebear_image::agreement::StepKey;
use forebear_image::{DiffId, HistoryEntry, Image, Layer, RuntimeConfig};

use crate::blob::BlobView;
use crate::ids::{ImageId, ManifestId};
use crate::steps::StepView;
use crate::view::View;

impl View {
    /// An image's history; `None` when its config was not read.
    #[must_use]
    pub fn history_of(&self, id: ImageId) -> Option<Vec<HistoryEntry>> {
        self.steps_of(id, |StepView { node, empty }| HistoryEntry {
            created: node.created(),
            created_by: self.text(node.text).to_owned(),
            author: None,
            comment: self.optional_text(node.comment).map(str::to_owned),
            empty,
        })
    }

    /// An image's history as it is compared, without copying its texts.
    pub(crate) fn step_keys_of(&self, id: ImageId) -> Option<Vec<StepKey<'_>>> {
        self.steps_of(id, |StepView { node, empty }| StepKey {
            created: node.created(),
            text: self.text(node.text),
            empty,
        })
    }

    /// An image's history, first step first.
    fn steps_of<'a, T>(&'a self, id: ImageId, step: impl Fn(StepView<'a>) -> T) -> Option<Vec<T>> {
        self.image_record(id).filter(|image| image.is_read())?;
        let mut steps: Vec<T> = self.steps_back(id).map(step).collect();
        steps.reverse();
        Some(steps)
    }

    /// Everything the index knows of an image. `manifest` says which of its
    /// manifests to take blobs from; any, when `None`.
    #[must_use]
    pub fn load(&self, id: ImageId, manifest: Option<ManifestId>) -> Option<Image> {
        let image = self.image(id)?;
        let manifest = manifest.or_else(|| self.manifests_of(id).next());
        let blobs: Vec<_> = manifest.into_iter().flat_map(|manifest| self.blobs_of(manifest)).collect();
        let keys = self.layers_of(image.node());
        let diff_ids = self.diff_id_count();
        let pairs = blobs.len() == keys.len();
        let layers = keys.iter().enumerate().map(|(position, key)| {
            let blob = blobs.get(position).filter(|_| pairs);
            Layer {
                blob: blob.map(BlobView::digest),
                size: blob.and_then(BlobView::size),
                media_type: blob.and_then(BlobView::media_type).map(str::to_owned),
                diff_id: if key.0 < diff_ids { self.layer_digest(*key).map(DiffId) } else { None },
            }
        });
        let runtime = self.optional_text(self.image_record(id)?.runtime);
        Some(Image {
            identity: Some(image.identity()),
            manifest_digest: manifest.and_then(|manifest| self.manifest_digest(manifest)),
            platform: self.platform_of(id, manifest),
            created: image.created(),
            layers: layers.collect(),
            history: self.history_of(id),
            runtime: runtime.and_then(|text| serde_json::from_str::<RuntimeConfig>(text).ok()),
            declared: self.declared_bases(id),
        })
    }
}
