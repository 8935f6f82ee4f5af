//! Docker schema 1 manifests: history inside, newest first, no config.
//!
//! Source: distribution `docs/content/spec/manifest-v2-1.md`. A signed one is
//! addressed by the digest of its payload, without the signatures: the bytes
//! up to `formatLength` followed by `formatTail`, both from the protected
//! header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::config::{ConfigFacts, RuntimeDocument};
use crate::digest::{BlobDigest, ManifestDigest};
use crate::facts::{LayerDescriptor, ManifestFacts};
use crate::history::HistoryEntry;
use crate::json;
use crate::limits::MAX_LAYERS;
use crate::manifest::ManifestError;
use crate::platform::Platform;
use crate::time::Timestamp;

#[derive(Deserialize)]
struct Document {
    architecture: Option<String>,
    #[serde(rename = "fsLayers")]
    fs_layers: Option<Vec<FsLayer>>,
    history: Option<Vec<HistoryDocument>>,
    signatures: Option<Vec<Signature>>,
}

#[derive(Deserialize)]
struct FsLayer {
    #[serde(rename = "blobSum")]
    blob_sum: BlobDigest,
}

#[derive(Deserialize)]
struct HistoryDocument {
    #[serde(rename = "v1Compatibility")]
    v1_compatibility: String,
}

#[derive(Deserialize)]
struct Signature {
    protected: Option<String>,
}

#[derive(Deserialize)]
struct Protected {
    #[serde(rename = "formatLength")]
    format_length: usize,
    #[serde(rename = "formatTail")]
    format_tail: String,
}

/// One layer's own little config, from the days when layers were images.
#[derive(Deserialize)]
struct V1Image {
    #[serde(default, deserialize_with = "json::or_absent")]
    created: Option<String>,
    author: Option<String>,
    comment: Option<String>,
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
    #[serde(default, deserialize_with = "crate::config::null_to_default")]
    throwaway: bool,
    container_config: Option<ContainerConfig>,
    config: Option<RuntimeDocument>,
}

#[derive(Deserialize)]
struct ContainerConfig {
    #[serde(rename = "Cmd", default, deserialize_with = "crate::config::null_to_default")]
    cmd: Vec<String>,
}

/// The bytes a schema 1 manifest's digest is of: a signed one without its
/// signatures, any other as it stands.
///
/// `None` when the signature's own description does not fit the bytes: the
/// signature block lies outside of what is hashed, so it must be all that the
/// document has more than its payload. Else anybody could put other layers
/// beside those that a digest vouches for.
#[must_use]
pub fn payload(bytes: &[u8]) -> Option<Vec<u8>> {
    let document: Document = json::from_slice(bytes).ok()?;
    let Some(protected) = document.signatures.as_ref().and_then(|s| s.first()).and_then(|s| s.protected.as_ref())
    else {
        return Some(bytes.to_vec());
    };
    let header: Protected = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(protected).ok()?).ok()?;
    let mut payload = bytes.get(..header.format_length)?.to_vec();
    payload.extend(URL_SAFE_NO_PAD.decode(header.format_tail).ok()?);
    let mut whole: serde_json::Value = json::from_slice(bytes).ok()?;
    whole.as_object_mut()?.shift_remove("signatures")?;
    let hashed: serde_json::Value = json::from_slice(&payload).ok()?;
    (hashed == whole && hashed.get("schemaVersion")? == 1).then_some(payload)
}

/// The digest a registry addresses this manifest by.
#[must_use]
pub fn digest(bytes: &[u8]) -> Option<ManifestDigest> {
    payload(bytes).map(|payload| ManifestDigest::of(&payload))
}

/// Parses a schema 1 manifest, signed or not. Signatures are not checked: they
/// were made with throw-away keys.
pub(crate) fn parse(bytes: &[u8]) -> Result<ManifestFacts, ManifestError> {
    let malformed = |message: String| ManifestError::Malformed(message);
    let document: Document = json::from_slice(bytes).map_err(|e| malformed(json::shown(&e)))?;
    let fs_layers = document.fs_layers.unwrap_or_default();
    let history = document.history.unwrap_or_default();
    if fs_layers.len() != history.len() {
        let (layers, entries) = (fs_layers.len(), history.len());
        return Err(malformed(format!("schema 1 with {layers} fsLayers and {entries} history entries")));
    }
    if fs_layers.len() > MAX_LAYERS {
        return Err(ManifestError::TooMany { what: "layers", count: fs_layers.len(), limit: MAX_LAYERS });
    }
    let mut layers = Vec::new();
    let mut config = ConfigFacts::default();
    // Newest first in the document, oldest first here.
    for (layer, entry) in fs_layers.into_iter().zip(history).rev() {
        let v1: V1Image = json::from_slice(entry.v1_compatibility.as_bytes())
            .map_err(|e| malformed(format!("v1Compatibility: {e}")))?;
        let created = v1.created.as_deref().and_then(Timestamp::parse_created);
        config.history.push(HistoryEntry {
            created,
            created_by: v1.container_config.map(|c| c.cmd.join(" ")).unwrap_or_default(),
            author: v1.author.clone().filter(|a| !a.is_empty()),
            comment: v1.comment.filter(|c| !c.is_empty()),
            empty: v1.throwaway,
        });
        if !v1.throwaway {
            layers.push(LayerDescriptor { digest: layer.blob_sum, size: None, media_type: String::new() });
        }
        // The last one seen is the top, which speaks for the image.
        config.created = created;
        config.author = v1.author.filter(|a| !a.is_empty());
        config.runtime = v1.config.unwrap_or_default().into_runtime();
        let architecture = v1.architecture.or_else(|| document.architecture.clone());
        config.platform = architecture.filter(|a| !a.is_empty()).map(|architecture| Platform {
            os: v1.os.filter(|os| !os.is_empty()).unwrap_or_else(|| "linux".to_owned()),
            architecture,
            variant: v1.variant.filter(|v| !v.is_empty()),
            os_version: v1.os_version.filter(|v| !v.is_empty()),
        });
    }
    Ok(ManifestFacts::Schema1 { layers, config: Box::new(config) })
}
