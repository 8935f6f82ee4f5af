//! From a config and layers to a manifest.

use std::collections::BTreeMap;

use bytes::Bytes;
use forebear_image::media_type::{DOCKER_CONFIG, DOCKER_LIST, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST};
use forebear_image::{ConfigDigest, ManifestDigest, Platform};
use serde_json::{Map, Value, json};

use crate::image::{Compression, Image, Layer};
use crate::sure::Sure as _;

/// A family of media types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Docker schema 2.
    Docker,
    /// OCI image format.
    #[default]
    Oci,
}

impl Format {
    /// Media type of a manifest.
    #[must_use]
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_MANIFEST,
            Self::Oci => OCI_MANIFEST,
        }
    }

    /// Media type of an index or manifest list.
    #[must_use]
    pub fn index(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_LIST,
            Self::Oci => OCI_INDEX,
        }
    }

    /// Media type of an image config.
    #[must_use]
    pub fn config(self) -> &'static str {
        match self {
            Self::Docker => DOCKER_CONFIG,
            Self::Oci => OCI_CONFIG,
        }
    }

    /// Media type of a layer.
    #[must_use]
    pub fn layer(self, compression: Compression) -> &'static str {
        match (self, compression) {
            (Self::Docker, Compression::Gzip(_)) => "application/vnd.docker.image.rootfs.diff.tar.gzip",
            (Self::Docker, Compression::Zstd) => "application/vnd.docker.image.rootfs.diff.tar.zstd",
            (Self::Docker, Compression::None) => "application/vnd.docker.image.rootfs.diff.tar",
            (Self::Oci, Compression::Gzip(_)) => "application/vnd.oci.image.layer.v1.tar+gzip",
            (Self::Oci, Compression::Zstd) => "application/vnd.oci.image.layer.v1.tar+zstd",
            (Self::Oci, Compression::None) => "application/vnd.oci.image.layer.v1.tar",
        }
    }
}

/// What a manifest is made of, beside config and layers; kept so that a copy
/// in another compression or format can be assembled again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) format: Format,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) config_media_type: Option<String>,
    /// Fields set in the manifest as they are, over the usual ones.
    pub(crate) fields: Map<String, Value>,
}

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
