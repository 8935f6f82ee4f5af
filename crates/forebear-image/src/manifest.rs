//! Parsing manifests: Docker schema 1 and 2, manifest lists, OCI manifests
//! and indexes, and whatever else a registry returns.

mod error;

use serde::de::SeqAccess;

use crate::annotations::Annotations;
use crate::digest::{Digest, ManifestDigest};
use crate::entry::EntryKind;
use crate::facts::{ChildManifest, ImageManifest, LayerDescriptor, ManifestFacts};
use crate::json::{self, Anything, Field, Found, List, Noted, OddProblem, Read, Share, Texts, Value};
use crate::limits::{
    MAX_ANNOTATIONS, MAX_ANNOTATIONS_OF_ENTRIES, MAX_CHILDREN, MAX_ENTRY_ANNOTATIONS, MAX_FEATURES, MAX_LAYERS,
};
use crate::media_type::{self, DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST};
use crate::platform::Platform;
use crate::schema1;

pub use error::ManifestError;

json::object! {
    struct Document {
        schema_version: u64 = "schemaVersion",
        media_type: String = "mediaType",
        artifact_type: String = "artifactType",
        config: Descriptor = "config",
        layers: Descriptors<MAX_LAYERS> = "layers",
        manifests: Descriptors<MAX_CHILDREN> = "manifests",
        fs_layers: Anything = "fsLayers",
        annotations: Texts<MAX_ANNOTATIONS> = "annotations",
    }

    struct Descriptor {
        media_type: String = "mediaType",
        artifact_type: String = "artifactType",
        /// Read once it is known to be needed: an artifact's may be anything.
        digest: String = "digest",
        size: u64 = "size",
        platform: PlatformObject = "platform",
        annotations: Texts<MAX_ENTRY_ANNOTATIONS> = "annotations",
    }

    struct PlatformObject {
        os: String = "os",
        architecture: String = "architecture",
        variant: String = "variant",
        os_version: String = "os.version",
        os_features: List<String, MAX_FEATURES> = "os.features",
    }
}

/// At most `MOST` layers or entries, with at most [`MAX_ANNOTATIONS_OF_ENTRIES`]
/// among them.
#[derive(Default)]
struct Descriptors<const MOST: usize>(Vec<Descriptor>);

impl<const MOST: usize> Read for Descriptors<MOST> {
    const CALLED: &'static str = "a list";

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        let more = |count, limit| Found::LadenList { count, limit };
        let of = |entry: &Descriptor| entry.annotations.peek().map_or(0, |own| own.texts.len());
        let read = json::up_to(list, MOST, &Share { most: MAX_ANNOTATIONS_OF_ENTRIES, of, more })?;
        Ok(read.map_or_else(Value::Odd, |entries| Value::Read(Self(entries))))
    }
}

/// What a manifest or an index says beside what it lists.
struct Head {
    media_type: Option<String>,
    artifact_type: Option<String>,
    annotations: Annotations,
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
    let document: Value<Document> = json::from_slice(bytes).map_err(|e| malformed(bytes, &e))?;
    let document = document.or_found().map_err(|found| ManifestError::Malformed(format!("it is {found}")))?;
    let schema_version = document.schema_version.known()?;
    if document.fs_layers.known()?.is_some() || schema_version == Some(1) {
        return schema1::parse(bytes);
    }
    if !matches!(schema_version, Some(2) | None) {
        return Err(ManifestError::UnknownType(format!("schemaVersion {}", schema_version.unwrap_or_default())));
    }
    let mut noted = Noted::new();
    let own_type = document.media_type.or_note(&mut noted);
    let head = Head {
        media_type: own_type.clone(),
        artifact_type: document.artifact_type.or_note(&mut noted).filter(|own| media_type::is_artifact_type(own)),
        annotations: document.annotations.texts_or_note(&mut noted),
    };
    let declared = own_type.as_deref().or(content_type.map(media_type::essence));
    match (document.manifests.known()?, document.config.known()?, document.layers.known()?) {
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => Err(ManifestError::Ambiguous),
        (Some(manifests), None, None) => {
            known_type(own_type.as_deref(), &[DOCKER_LIST, OCI_INDEX])?;
            index(declared.unwrap_or(OCI_INDEX), manifests.0, head, noted)
        }
        (None, Some(config), layers) => {
            known_type(own_type.as_deref(), &[DOCKER_MANIFEST, OCI_MANIFEST])?;
            image(head, config, layers.unwrap_or_default().0, noted)
        }
        (None, None, _) => match (head.artifact_type, declared) {
            (Some(artifact_type), _) => Ok(ManifestFacts::Artifact { artifact_type }),
            (None, Some(DOCKER_LIST | OCI_INDEX)) => {
                Err(ManifestError::Malformed("an index without 'manifests'".to_owned()))
            }
            (None, Some(other)) if own_type.is_some() => {
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

fn index(
    media_type: &str,
    manifests: Vec<Descriptor>,
    head: Head,
    mut noted: Noted,
) -> Result<ManifestFacts, ManifestError> {
    let mut children = Vec::with_capacity(manifests.len());
    for entry in manifests {
        children.extend(noted.within("manifests[]", |noted| entry.into_child(noted))?);
    }
    if let Some(artifact_type) = build_cache(&children) {
        return Ok(ManifestFacts::Artifact { artifact_type });
    }
    let of_kind = |kind: EntryKind| children.iter().find(|child| EntryKind::of(child) == kind);
    if let Some(unknown) = of_kind(EntryKind::Unknown) {
        let media_type = unknown.media_type.chars().take(120).collect();
        noted.note("manifests", OddProblem::UnknownEntries { media_type });
    }
    Ok(ManifestFacts::Index {
        media_type: media_type.to_owned(),
        artifact_type: head.artifact_type,
        children,
        annotations: head.annotations,
        odd: noted.into_fields(),
    })
}

/// What an index is whose entries are no manifests but layers: a cache of
/// BuildKit's, by the type of its config.
fn build_cache(children: &[ChildManifest]) -> Option<String> {
    let own = |child: &ChildManifest| media_type::essence(&child.media_type).to_owned();
    let is_part = |media_type: &str| media_type::is_build_cache(media_type) || media_type::is_image_layer(media_type);
    let types: Vec<String> = children.iter().map(own).collect();
    let config = types.iter().find(|own| media_type::is_build_cache(own));
    let whole = types.iter().all(|own| is_part(own));
    config.or(types.first()).filter(|_| whole).cloned()
}

fn image(
    head: Head,
    config: Descriptor,
    layers: Vec<Descriptor>,
    mut noted: Noted,
) -> Result<ManifestFacts, ManifestError> {
    let Head { media_type: own_type, artifact_type, annotations } = head;
    let (config_digest, config) = noted.within("config", |noted| config.split(noted));
    let layers: Vec<_> = layers.into_iter().map(|layer| noted.within("layers[]", |noted| layer.split(noted))).collect();
    if let Some(artifact_type) = artifact_type {
        return Ok(ManifestFacts::Artifact { artifact_type });
    }
    if !config.media_type.is_empty() && !media_type::is_image_config(&config.media_type) {
        return Ok(ManifestFacts::Artifact { artifact_type: config.media_type });
    }
    let layer_types = || layers.iter().map(|(_, layer)| layer.media_type.as_str());
    if !layers.is_empty() && !layer_types().any(media_type::is_file_system_layer) {
        return Ok(ManifestFacts::Artifact { artifact_type: layer_types().next().unwrap_or_default().to_owned() });
    }
    let config_digest = digest(config_digest, "its config")?;
    let oci = config.media_type == media_type::OCI_CONFIG
        || layer_types().any(|media_type| media_type.starts_with("application/vnd.oci."));
    let media_type = match own_type {
        Some(own) if !own.is_empty() => own,
        _ if oci => OCI_MANIFEST.to_owned(),
        _ => DOCKER_MANIFEST.to_owned(),
    };
    let layer = |(own, Described { media_type, size })| {
        Ok(LayerDescriptor { digest: crate::BlobDigest(digest(own, "a layer")?), size, media_type })
    };
    Ok(ManifestFacts::Image(ImageManifest {
        media_type,
        config: crate::ConfigDigest(config_digest),
        config_size: config.size.unwrap_or(0),
        layers: layers.into_iter().map(layer).collect::<Result<_, ManifestError>>()?,
        annotations,
        odd: noted.into_fields(),
    }))
}

/// What a descriptor says of a blob beside its digest.
struct Described {
    media_type: String,
    size: Option<u64>,
}

/// A digest where one is needed.
fn digest(field: Field<String>, whose: &str) -> Result<Digest, ManifestError> {
    match field.known()?.as_deref() {
        None | Some("") => Err(ManifestError::Malformed(format!("{whose} has no digest"))),
        Some(text) => text.parse().map_err(|error| ManifestError::Malformed(format!("{whose}: {error}"))),
    }
}

impl Descriptor {
    /// The digest, unread, and the rest.
    fn split(self, noted: &mut Noted) -> (Field<String>, Described) {
        let media_type = self.media_type.or_note(noted).unwrap_or_default();
        // Go's sizes are signed, so more than half the range is no size.
        let size = self.size.or_note(noted).filter(|size| i64::try_from(*size).is_ok());
        (self.digest, Described { media_type, size })
    }

    /// As an entry of an index; `None` where it leads nowhere and need not.
    fn into_child(self, noted: &mut Noted) -> Result<Option<ChildManifest>, ManifestError> {
        let artifact_type = self.artifact_type.or_note(noted).filter(|own| media_type::is_artifact_type(own));
        let platform = self.platform.or_note(noted).unwrap_or_default();
        let (platform, os_features) = noted.within("platform", |noted| platform.into_platform(noted));
        let said = ChildManifest {
            media_type: self.media_type.or_note(noted).unwrap_or_default(),
            platform,
            annotations: self.annotations.texts_or_note(noted),
            artifact_type,
            os_features,
            ..ChildManifest::of(ManifestDigest::of(b""))
        };
        match digest(self.digest, "an index entry") {
            Ok(digest) => Ok(Some(ChildManifest { digest: ManifestDigest(digest), ..said })),
            Err(_) if !EntryKind::of(&said).may_lead_to_image() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl PlatformObject {
    fn into_platform(self, noted: &mut Noted) -> (Option<Platform>, Vec<String>) {
        let (os, architecture) = (self.os.text_or_note(noted), self.architecture.text_or_note(noted));
        let (variant, os_version) = (self.variant.text_or_note(noted), self.os_version.text_or_note(noted));
        let platform = Platform::of_fields(os, architecture, variant, os_version);
        (platform, self.os_features.or_note(noted).unwrap_or_default().0)
    }
}
