//! `skopeo inspect`: blobs and settings of an image, no diff_ids and no history.
//! `Digest` is of the manifest or of the index that led to it.
//!
//! Source: skopeo `cmd/skopeo/inspect/output.go`.

use serde::Deserialize;

use super::Inspected;
use super::document::Object;
use super::error::InspectError;
use super::tool::Tool;
use crate::digest::{BlobDigest, Digest};
use crate::image::{Image, Layer};
use crate::limits::MAX_LAYERS;
use crate::platform::Platform;
use crate::{config, declared};
use crate::time::Timestamp;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    name: Option<String>,
    digest: Option<Digest>,
    created: Option<String>,
    architecture: Option<String>,
    os: Option<String>,
    labels: Option<std::collections::BTreeMap<String, Option<String>>>,
    layers: Option<Vec<BlobDigest>>,
    layers_data: Option<Vec<LayerData>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LayerData {
    #[serde(rename = "MIMEType")]
    media_type: Option<String>,
    digest: BlobDigest,
    size: Option<i64>,
}

pub(super) fn parse(object: &Object) -> Result<Inspected, InspectError> {
    let output: Output = object.read(Tool::Skopeo)?;
    let present = |text: Option<String>| text.filter(|t| !t.is_empty());
    let platform = present(output.os).zip(present(output.architecture));
    let layers: Vec<Layer> = match (output.layers_data, output.layers) {
        (Some(data), _) => data.into_iter().map(LayerData::into_layer).collect(),
        (None, layers) => layers.unwrap_or_default().into_iter().map(blob).collect(),
    };
    config::limit("layers", layers.len(), MAX_LAYERS)?;
    let labels = output.labels.unwrap_or_default();
    let labels = labels.into_iter().map(|(key, value)| (key, value.unwrap_or_default())).collect();
    let mut image = Image::unread();
    image.platform = platform
        .map(|(os, architecture)| Platform { os, architecture, variant: None, os_version: None });
    image.created = output.created.as_deref().and_then(Timestamp::parse_created);
    image.declared = declared::of_config(&labels, &[]);
    image.layers = layers;
    let pulled = output.name.iter().zip(output.digest).map(|(name, digest)| format!("{name}@{digest}")).collect();
    Ok(Inspected {
        name: output.name,
        known_by: output.digest.into_iter().collect(),
        repo_digests: pulled,
        ..Inspected::of(Tool::Skopeo, image)
    })
}

fn blob(digest: BlobDigest) -> Layer {
    Layer { blob: Some(digest), ..Layer::default() }
}

impl LayerData {
    fn into_layer(self) -> Layer {
        let size = self.size.and_then(|size| u64::try_from(size).ok());
        Layer { size, media_type: self.media_type.filter(|text| !text.is_empty()), ..blob(self.digest) }
    }
}
