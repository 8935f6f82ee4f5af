//! From a config and layers to a manifest.

use bytes::Bytes;
use forebear_image::{ConfigDigest, ManifestDigest, Platform};
use serde_json::{Map, Value, json};

use crate::image::format::Parts;
use crate::image::{Image, Layer};
use crate::sure::Sure as _;

impl Image {
    /// Puts an image together from bytes and layers.
    pub(crate) fn assemble(platform: Platform, config: Bytes, layers: Vec<Layer>, parts: Parts) -> Self {
        let config_digest = ConfigDigest::of(&config);
        let config_type = parts.config_media_type.as_deref().unwrap_or(parts.format.config());
        let descriptors: Vec<Value> = layers
            .iter()
            .map(|layer| {
                let media_type = layer.media_type.as_deref().unwrap_or(parts.format.layer(layer.compression));
                json!({"mediaType": media_type, "size": layer.size, "digest": layer.digest.to_string()})
            })
            .collect();
        let mut document = Map::new();
        document.insert("schemaVersion".into(), json!(2));
        document.insert("mediaType".into(), json!(parts.format.manifest()));
        document.insert(
            "config".into(),
            json!({"mediaType": config_type, "size": config.len(), "digest": config_digest.to_string()}),
        );
        document.insert("layers".into(), Value::Array(descriptors));
        if !parts.annotations.is_empty() {
            document.insert("annotations".into(), json!(parts.annotations));
        }
        for (key, value) in &parts.fields {
            document.insert(key.clone(), value.clone());
        }
        let manifest = Bytes::from(serde_json::to_vec_pretty(&document).sure("writing a manifest"));
        let history = forebear_image::config::parse(&config).map(|facts| facts.history).unwrap_or_default();
        Self {
            platform,
            manifest_digest: ManifestDigest::of(&manifest),
            manifest,
            media_type: document.get("mediaType").and_then(Value::as_str).unwrap_or(parts.format.manifest()).to_owned(),
            config,
            config_digest,
            layers,
            history,
            parts,
        }
    }
}
