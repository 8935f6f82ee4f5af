//! `skopeo inspect`: blobs and settings of an image, no diff_ids and no history.
//! `Digest` is of the manifest or of the index that led to it.
//!
//! Source: skopeo `cmd/skopeo/inspect/output.go`.

use super::document::Object;
use super::error::InspectError;
use super::inspected::Inspected;
use super::known::digest;
use super::tool::Tool;
use crate::declared;
use crate::digest::BlobDigest;
use crate::image::{Image, Layer};
use crate::json::{self, FieldError, List, Noted, Texts};
use crate::limits::{MAX_LAYERS, MAX_SETTINGS};
use crate::platform::Platform;
use crate::time::Timestamp;

json::object! {
    struct Output {
        name: String = "Name",
        digest: String = "Digest",
        created: String = "Created",
        architecture: String = "Architecture",
        os: String = "Os",
        labels: Texts<MAX_SETTINGS> = "Labels",
        layers: List<String, MAX_LAYERS> = "Layers",
        layers_data: List<LayerData, MAX_LAYERS> = "LayersData",
    }

    struct LayerData {
        media_type: String = "MIMEType",
        digest: String = "Digest",
        size: i64 = "Size",
    }
}

pub(super) fn parse(object: &Object) -> Result<Inspected, InspectError> {
    let field = |error: FieldError| InspectError::field(Tool::Skopeo, &error);
    let output: Output = object.read(Tool::Skopeo)?;
    let noted = &mut Noted::new();
    let layers = match output.layers_data.known().map_err(field)? {
        Some(data) => data.0.into_iter().map(|layer| layer.into_layer(noted)).collect::<Result<Vec<_>, _>>()?,
        None => {
            let layers = output.layers.known().map_err(field)?.unwrap_or_default().0;
            layers.iter().map(|text| blob(text)).collect::<Result<Vec<_>, _>>()?
        }
    };
    let name = output.name.text_or_note(noted);
    let digest = output.digest.text_or_note(noted).and_then(|text| digest(&text));
    let mut image = Image::unread();
    image.platform =
        Platform::of_fields(output.os.text_or_note(noted), output.architecture.text_or_note(noted), None, None);
    image.created = output.created.or_note(noted).as_deref().and_then(Timestamp::parse_created);
    image.declared = declared::of_config(&output.labels.texts_or_note(noted), &[]);
    image.layers = layers;
    let repo_digests = name.iter().zip(digest).map(|(name, digest)| format!("{name}@{digest}")).collect();
    let known_by = digest.into_iter().collect();
    Ok(Inspected { name, known_by, repo_digests, ..Inspected::of(Tool::Skopeo, image) })
}

fn blob(text: &str) -> Result<Layer, InspectError> {
    let digest: BlobDigest = text
        .parse()
        .map_err(|error| InspectError::Malformed { tool: Tool::Skopeo, reason: format!("a layer: {error}") })?;
    Ok(Layer { blob: Some(digest), ..Layer::default() })
}

impl LayerData {
    fn into_layer(self, noted: &mut Noted) -> Result<Layer, InspectError> {
        let digest = self.digest.known().map_err(|error| InspectError::field(Tool::Skopeo, &error))?;
        let size = self.size.or_note(noted).and_then(|size| u64::try_from(size).ok());
        let media_type = self.media_type.text_or_note(noted);
        Ok(Layer { size, media_type, ..blob(&digest.unwrap_or_default())? })
    }
}
