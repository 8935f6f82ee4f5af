//! Other forms of an image that exists: recompressed, in the other format,
//! squashed, stripped of its history.

use serde_json::{Value, json};

use crate::image::{Compression, Format, History, Image, ImageBuilder, Layer, LayerContent};
use crate::sure::Sure as _;

impl Image {
    /// The copy that a mirror makes which compresses layers anew: the same
    /// config and diff_ids, no blob digest in common.
    #[must_use]
    pub fn recompressed(&self) -> Self {
        self.with_compression(Compression::Gzip(9))
    }

    /// The same image with its layers stored under another compression.
    #[must_use]
    pub fn with_compression(&self, compression: Compression) -> Self {
        let layers = self.layers.iter().map(|layer| layer.recompressed(compression)).collect();
        Self::assemble(self.platform.clone(), self.config.clone(), layers, self.parts.clone())
    }

    /// The same config and layers under the media types of `format`.
    #[must_use]
    pub fn with_format(&self, format: Format) -> Self {
        let mut parts = self.parts.clone();
        parts.format = format;
        Self::assemble(self.platform.clone(), self.config.clone(), self.layers.clone(), parts)
    }

    /// The same image with this annotation on its manifest.
    #[must_use]
    pub fn with_annotation(&self, key: &str, value: &str) -> Self {
        let mut parts = self.parts.clone();
        parts.annotations.insert(key.to_owned(), value.to_owned());
        Self::assemble(self.platform.clone(), self.config.clone(), self.layers.clone(), parts)
    }

    /// What `docker build --squash` makes of it: one layer, every step empty,
    /// and a last step that says `merge`.
    #[must_use]
    pub fn squashed(&self) -> Self {
        let mut config: Value = serde_json::from_slice(&self.config).sure("reading a config to squash it");
        let seed = format!("squashed {}", self.config_digest);
        let layer = Layer::new(&LayerContent::Seed(seed), Compression::Gzip(6));
        let created = config.get("created").cloned().unwrap_or_default();
        if let Some(history) = config.get_mut("history").and_then(Value::as_array_mut) {
            for entry in history.iter_mut().filter_map(Value::as_object_mut) {
                entry.insert("empty_layer".into(), json!(true));
            }
            let comment = format!("merge {} to ", self.config_digest);
            history.push(json!({"created": created, "comment": comment}));
        }
        if let Some(fields) = config.as_object_mut() {
            fields.insert("rootfs".into(), json!({"type": "layers", "diff_ids": [layer.diff_id.to_string()]}));
        }
        let config = serde_json::to_vec(&config).sure("writing a squashed config");
        Self::assemble(self.platform.clone(), config.into(), vec![layer], self.parts.clone())
    }

    /// The same layers under a config whose `history` is null.
    #[must_use]
    pub fn without_history(&self) -> Self {
        ImageBuilder::copy_of(self).history(History::Null).build()
    }
}
