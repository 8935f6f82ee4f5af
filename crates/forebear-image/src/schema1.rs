//! Docker schema 1 manifests: history inside, newest first, no config.
//!
//! Source: distribution `docs/content/spec/manifest-v2-1.md`. A signed one is
//! addressed by the digest of its payload, without the signatures: the bytes
//! up to `formatLength` followed by `formatTail`, both from the protected
//! header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::config::{ConfigFacts, RuntimeDocument};
use crate::digest::ManifestDigest;
use crate::facts::{LayerDescriptor, ManifestFacts};
use crate::history::HistoryEntry;
use crate::json::{self, List, Noted, OneOrMany, Value};
use crate::limits::{MAX_LAYERS, MAX_SETTINGS};
use crate::manifest::ManifestError;
use crate::platform::Platform;
use crate::time::Timestamp;

json::object! {
    struct Document {
        architecture: String = "architecture",
        fs_layers: List<FsLayer, MAX_LAYERS> = "fsLayers",
        history: List<HistoryDocument, MAX_LAYERS> = "history",
    }

    struct FsLayer {
        blob_sum: String = "blobSum",
    }

    struct HistoryDocument {
        v1_compatibility: String = "v1Compatibility",
    }

    /// One layer's own little config, from the days when layers were images.
    struct V1Image {
        created: String = "created",
        author: String = "author",
        comment: String = "comment",
        os: String = "os",
        architecture: String = "architecture",
        variant: String = "variant",
        os_version: String = "os.version",
        throwaway: bool = "throwaway",
        container_config: ContainerConfig = "container_config",
        config: RuntimeDocument = "config",
    }

    struct ContainerConfig {
        cmd: OneOrMany<MAX_SETTINGS> = "Cmd",
    }
}

/// The signature block, which Docker reads as a map: its keys do not fold
/// (libtrust `jsonsign.go`).
#[derive(Deserialize)]
struct Signed {
    signatures: Option<First>,
}

/// The first signature of a list: the others say nothing of the bytes.
struct First(Option<Signature>);

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Signatures;

        impl<'de> Visitor<'de> for Signatures {
            type Value = First;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list of signatures")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<First, A::Error> {
                let first = list.next_element()?;
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(First(first))
            }
        }

        deserializer.deserialize_seq(Signatures)
    }
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

#[derive(Deserialize)]
struct Versioned {
    #[serde(rename = "schemaVersion")]
    version: u64,
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
    let signed: Signed = json::from_slice(bytes).ok()?;
    let Some(protected) = signed.signatures.and_then(|First(first)| first?.protected) else {
        return Some(bytes.to_vec());
    };
    let header: Protected = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(protected).ok()?).ok()?;
    let mut payload = bytes.get(..header.format_length)?.to_vec();
    payload.extend(URL_SAFE_NO_PAD.decode(header.format_tail).ok()?);
    let whole = json::content(bytes, Some("signatures")).ok()?;
    let hashed = json::content(&payload, None).ok()?;
    let Versioned { version } = json::from_slice(&payload).ok()?;
    (hashed == whole && version == 1).then_some(payload)
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
    let document: Value<Document> = json::from_slice(bytes).map_err(|e| malformed(json::shown(&e)))?;
    let document = document.or_found().map_err(|found| malformed(format!("it is {found}")))?;
    let noted = &mut Noted::new();
    let (fs_layers, history) = (document.fs_layers.known()?, document.history.known()?);
    let (fs_layers, history) = (fs_layers.unwrap_or_default().0, history.unwrap_or_default().0);
    if fs_layers.len() != history.len() {
        let (layers, entries) = (fs_layers.len(), history.len());
        return Err(malformed(format!("schema 1 with {layers} fsLayers and {entries} history entries")));
    }
    let document_architecture = document.architecture.text_or_note(noted);
    let mut layers = Vec::new();
    let mut config = ConfigFacts::default();
    // Newest first in the document, oldest first here.
    for (layer, entry) in fs_layers.into_iter().zip(history).rev() {
        let v1 = v1_image(entry)?;
        noted.within("history[].v1Compatibility", |noted| -> Result<(), ManifestError> {
            let created = v1.created.or_note(noted).as_deref().and_then(Timestamp::parse_created);
            let author = v1.author.text_or_note(noted);
            let throwaway = v1.throwaway.known()?.unwrap_or_default();
            let command = v1.container_config.or_note(noted).unwrap_or_default();
            let command = noted.within("container_config", |noted| command.cmd.or_note(noted));
            config.history.push(HistoryEntry {
                created,
                created_by: command.map(|command| command.0.join(" ")).unwrap_or_default(),
                author: author.clone(),
                comment: v1.comment.text_or_note(noted),
                empty: throwaway,
            });
            let digest = layer.blob_sum.known()?.unwrap_or_default();
            let digest = digest.parse().map_err(|error| malformed(format!("blobSum: {error}")))?;
            if !throwaway {
                layers.push(LayerDescriptor { digest, size: None, media_type: String::new() });
            }
            // The last one seen is the top, which speaks for the image.
            config.created = created;
            config.author = author;
            let runtime = v1.config.or_note(noted).unwrap_or_default();
            config.runtime = noted.within("config", |noted| runtime.into_runtime(noted));
            let (variant, os_version) = (v1.variant.text_or_note(noted), v1.os_version.text_or_note(noted));
            let os = v1.os.text_or_note(noted).unwrap_or_else(|| "linux".to_owned());
            let architecture = v1.architecture.text_or_note(noted).or_else(|| document_architecture.clone());
            config.platform = architecture
                .map(|architecture| Platform::named(&os, &architecture, variant.as_deref(), os_version.as_deref()));
            Ok(())
        })?;
    }
    config.runtime.odd = std::mem::take(noted).into_fields();
    Ok(ManifestFacts::Schema1 { layers, config: Box::new(config) })
}

fn v1_image(entry: HistoryDocument) -> Result<V1Image, ManifestError> {
    let malformed = |message: String| ManifestError::Malformed(format!("v1Compatibility: {message}"));
    let text = entry.v1_compatibility.known()?.ok_or_else(|| malformed("it is missing".to_owned()))?;
    let image: Value<V1Image> = json::from_slice(text.as_bytes()).map_err(|e| malformed(json::shown(&e)))?;
    image.or_found().map_err(|found| malformed(format!("it is {found}")))
}
