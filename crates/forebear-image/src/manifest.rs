//! Parsing manifests: Docker schema 1 and 2, manifest lists, OCI manifests
//! and indexes, and whatever else a registry returns.

mod error;

use serde::Deserialize;

use crate::annotations::Annotations;
use crate::digest::{Digest, ManifestDigest};
use crate::facts::{ChildManifest, ImageManifest, LayerDescriptor, ManifestFacts};
use crate::json;
use crate::limits::{MAX_CHILDREN, MAX_LAYERS};
use crate::media_type::{self, DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST};
use crate::platform::Platform;
use crate::schema1;

pub use error::ManifestError;

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "schemaVersion")]
    schema_version: Option<u64>,
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    #[serde(rename = "artifactType")]
    artifact_type: Option<String>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<Descriptor>>,
    #[serde(rename = "fsLayers")]
    fs_layers: Option<serde::de::IgnoredAny>,
    annotations: Option<Annotations>,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(rename = "mediaType", default)]
    media_type: Option<String>,
    /// Read once it is known to be needed: an artifact's may be anything.
    digest: Option<String>,
    #[serde(default, deserialize_with = "json::or_absent")]
    size: Option<u64>,
    platform: Option<PlatformObject>,
    annotations: Option<Annotations>,
}

#[derive(Deserialize)]
struct PlatformObject {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
}

/// Parses a manifest of any kind.
///
/// The document decides what it is; `content_type` (what the registry said)
/// only helps where the document names no type and has no telling field.
///
/// # Errors
/// [`ManifestError`] when it is no manifest, of an unknown kind, ambiguous, or
/// beyond the size limits.
pub fn parse(bytes: &[u8], content_type: Option<&str>) -> Result<ManifestFacts, ManifestError> {
    let document: Document = json::from_slice(bytes).map_err(|e| malformed(bytes, &e))?;
    if document.fs_layers.is_some() || document.schema_version == Some(1) {
        return schema1::parse(bytes);
    }
    if !matches!(document.schema_version, Some(2) | None) {
        let version = document.schema_version.unwrap_or_default();
        return Err(ManifestError::UnknownType(format!("schemaVersion {version}")));
    }
    let declared = document.media_type.as_deref().or(content_type.map(media_type::essence));
    match (document.manifests, document.config, document.layers) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(ManifestError::Ambiguous),
        (Some(manifests), None, None) => {
            known_type(document.media_type.as_deref(), &[DOCKER_LIST, OCI_INDEX])?;
            index(declared.unwrap_or(OCI_INDEX), manifests, document.annotations.unwrap_or_default())
        }
        (None, Some(config), layers) => {
            known_type(document.media_type.as_deref(), &[DOCKER_MANIFEST, OCI_MANIFEST])?;
            image(
                document.media_type.as_deref(),
                document.artifact_type,
                config,
                layers.unwrap_or_default(),
                document.annotations.unwrap_or_default(),
            )
        }
        (None, None, _) => match (document.artifact_type, declared) {
            (Some(artifact_type), _) => Ok(ManifestFacts::Artifact { artifact_type }),
            (None, Some(DOCKER_LIST | OCI_INDEX)) => {
                Err(ManifestError::Malformed("an index without 'manifests'".to_owned()))
            }
            (None, Some(other)) if document.media_type.is_some() => {
                Err(ManifestError::UnknownType(other.chars().take(120).collect()))
            }
            (None, _) => Err(ManifestError::Malformed("it has neither 'config' nor 'manifests'".to_owned())),
        },
    }
}

fn malformed(bytes: &[u8], error: &serde_json::Error) -> ManifestError {
    let head: String = String::from_utf8_lossy(bytes).trim_start().chars().take(15).collect();
    if head.to_ascii_lowercase().starts_with("<!doctype") || head.to_ascii_lowercase().starts_with("<html") {
        ManifestError::Malformed("it is an HTML page".to_owned())
    } else {
        ManifestError::Malformed(json::shown(error))
    }
}

fn known_type(own: Option<&str>, known: &[&str]) -> Result<(), ManifestError> {
    match own {
        Some(own) if !own.is_empty() && !known.contains(&own) => {
            Err(ManifestError::UnknownType(own.chars().take(120).collect()))
        }
        _ => Ok(()),
    }
}

fn limit(what: &'static str, count: usize, limit: usize) -> Result<(), ManifestError> {
    if count > limit { Err(ManifestError::TooMany { what, count, limit }) } else { Ok(()) }
}

fn index(
    media_type: &str,
    manifests: Vec<Descriptor>,
    annotations: Annotations,
) -> Result<ManifestFacts, ManifestError> {
    limit("entries in an index", manifests.len(), MAX_CHILDREN)?;
    let mut children = Vec::with_capacity(manifests.len());
    for entry in manifests {
        let digest = entry.digest("an index entry")?;
        children.push(ChildManifest {
            digest: ManifestDigest(digest),
            media_type: entry.media_type.unwrap_or_default(),
            platform: entry.platform.and_then(PlatformObject::into_platform),
            annotations: entry.annotations.unwrap_or_default(),
        });
    }
    Ok(ManifestFacts::Index { media_type: media_type.to_owned(), children, annotations })
}

fn image(
    own_type: Option<&str>,
    artifact_type: Option<String>,
    config: Descriptor,
    layers: Vec<Descriptor>,
    annotations: Annotations,
) -> Result<ManifestFacts, ManifestError> {
    limit("layers", layers.len(), MAX_LAYERS)?;
    let config_type = config.media_type.clone().unwrap_or_default();
    if !config_type.is_empty() && !media_type::is_image_config(&config_type) {
        return Ok(ManifestFacts::Artifact { artifact_type: artifact_type.unwrap_or(config_type) });
    }
    let layer_types = || layers.iter().filter_map(|l| l.media_type.as_deref());
    let any_file_system =
        layers.iter().any(|l| media_type::is_file_system_layer(l.media_type.as_deref().unwrap_or("")));
    if !layers.is_empty() && !any_file_system {
        let artifact_type = artifact_type.or_else(|| layer_types().next().map(str::to_owned)).unwrap_or_default();
        return Ok(ManifestFacts::Artifact { artifact_type });
    }
    let config_digest = match (config.digest("its config"), artifact_type) {
        (Ok(digest), _) => digest,
        (Err(_), Some(artifact_type)) => return Ok(ManifestFacts::Artifact { artifact_type }),
        (Err(error), None) => return Err(error),
    };
    let oci = config_type == media_type::OCI_CONFIG || layer_types().any(|t| t.starts_with("application/vnd.oci."));
    let media_type = match own_type {
        Some(own) if !own.is_empty() => own,
        _ if oci => OCI_MANIFEST,
        _ => DOCKER_MANIFEST,
    };
    let layers: Result<Vec<_>, ManifestError> = layers
        .into_iter()
        .map(|layer| {
            Ok(LayerDescriptor {
                digest: crate::BlobDigest(layer.digest("a layer")?),
                // Go's sizes are signed, so more than half the range is no size.
                size: layer.size.filter(|size| i64::try_from(*size).is_ok()),
                media_type: layer.media_type.unwrap_or_default(),
            })
        })
        .collect();
    Ok(ManifestFacts::Image(ImageManifest {
        media_type: media_type.to_owned(),
        config: crate::ConfigDigest(config_digest),
        config_size: config.size.unwrap_or(0),
        layers: layers?,
        annotations,
    }))
}

impl Descriptor {
    fn digest(&self, whose: &str) -> Result<Digest, ManifestError> {
        match self.digest.as_deref() {
            None | Some("") => Err(ManifestError::Malformed(format!("{whose} has no digest"))),
            Some(text) => text.parse().map_err(|error| ManifestError::Malformed(format!("{whose}: {error}"))),
        }
    }
}

impl PlatformObject {
    fn into_platform(self) -> Option<Platform> {
        let present = |text: Option<String>| text.filter(|t| !t.is_empty());
        Some(Platform {
            os: present(self.os)?,
            architecture: present(self.architecture)?,
            variant: present(self.variant),
            os_version: present(self.os_version),
        })
    }
}
