//! From facts to rows.

use forebear_image::declared::{self, Declared, Source};
use forebear_image::descend::EntryKind;
use forebear_image::media_type::SCHEMA1;
use forebear_image::{ChildManifest, ConfigFacts, Digest, Image, LayerDescriptor, ManifestFacts, attestation};
use serde::Serialize;
use zerocopy::IntoBytes;
use zerocopy::little_endian::{I64, U32, U64};

use super::key::{Key, NONE};
use super::kind;
use super::records::{BlobRecord, ChildRecord, ClaimRecord, ConfigHead, ManifestHead, StepRecord};

/// What attestations are, in the place of a media type.
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Keeps texts and digests once, for rows to refer to.
pub trait Texts {
    /// Its own error.
    type Error;

    /// The number of a text, a new one if it was never met.
    ///
    /// # Errors
    /// Whatever keeping it fails with.
    fn text(&mut self, text: &str) -> Result<u32, Self::Error>;

    /// Told of every digest that is not SHA-256, with the key that stands for it.
    ///
    /// # Errors
    /// Whatever keeping it fails with.
    fn other_digest(&mut self, key: &Key, text: &str) -> Result<(), Self::Error>;
}

/// A digest's key, the digest kept where the key does not say it.
fn key<T: Texts>(texts: &mut T, digest: &Digest) -> Result<Key, T::Error> {
    let key = digest.key();
    if !matches!(digest, Digest::Sha256(_)) {
        texts.other_digest(&key, &digest.to_string())?;
    }
    Ok(key)
}

fn json<T: Texts>(texts: &mut T, value: Option<&impl Serialize>) -> Result<u32, T::Error> {
    match value.map(|value| serde_json::to_string(value).unwrap_or_default()) {
        Some(text) => texts.text(&text),
        None => Ok(NONE),
    }
}

fn count(len: usize) -> U32 {
    // Documents are capped far below four thousand million entries.
    U32::new(u32::try_from(len).unwrap_or(NONE))
}

/// The row of a config.
///
/// # Errors
/// Whatever keeping texts fails with.
pub fn config_row<T: Texts>(facts: &ConfigFacts, texts: &mut T) -> Result<Vec<u8>, T::Error> {
    let image = Image::from_config(facts);
    let unread = image.history.is_none();
    let history = image.history.unwrap_or_default();
    let created = facts.created;
    let head = ConfigHead {
        platform: U32::new(json(texts, facts.platform.as_ref())?),
        runtime: U32::new(json(texts, Some(&facts.runtime))?),
        created_seconds: I64::new(created.map_or(0, |time| time.seconds)),
        created_nanos: U32::new(created.map_or(NONE, |time| time.nanos)),
        diff_ids: count(facts.diff_ids.len()),
        steps: if unread { U32::new(NONE) } else { count(history.len()) },
        declared: count(image.declared.len()),
    };
    let mut row = head.as_bytes().to_vec();
    for diff_id in &facts.diff_ids {
        row.extend_from_slice(&key(texts, &diff_id.0)?);
    }
    for entry in &history {
        let text = texts.text(&entry.created_by)?;
        let comment = entry.comment.as_deref().map_or(Ok(NONE), |comment| texts.text(comment))?;
        row.extend_from_slice(StepRecord::new(text, comment, entry.created, entry.empty).as_bytes());
    }
    for declared in &image.declared {
        row.extend_from_slice(U32::new(json(texts, Some(declared))?).as_bytes());
    }
    Ok(row)
}

/// The row of a manifest, which is known by `digest`. What a schema 1 manifest says of a config is a
/// [`config_row`] of its own.
///
/// # Errors
/// Whatever keeping texts fails with.
pub fn manifest_row<T: Texts>(digest: &Digest, facts: &ManifestFacts, texts: &mut T) -> Result<Vec<u8>, T::Error> {
    let none = Parts {
        kind: kind::UNREAD,
        media_type: "",
        config: [0; 32],
        layers: &[],
        children: &[],
        declared: None,
        claims: Vec::new(),
        materials: &[],
    };
    let parts = match facts {
        ManifestFacts::Image(image) => Parts {
            kind: kind::IMAGE,
            media_type: &image.media_type,
            config: key(texts, &image.config.0)?,
            layers: &image.layers,
            declared: declared::from_annotations(Source::Annotation, &image.annotations),
            ..none
        },
        ManifestFacts::Index { media_type, artifact_type, children, annotations, odd: _ } => Parts {
            kind: kind::INDEX,
            media_type: own_type(media_type, artifact_type.as_deref(), children),
            children,
            declared: declared::from_annotations(Source::Annotation, annotations),
            claims: listed(children, texts)?,
            ..none
        },
        ManifestFacts::Schema1 { layers, .. } => Parts { kind: kind::SCHEMA1, media_type: SCHEMA1, layers, ..none },
        ManifestFacts::Attestation { subjects, materials } => {
            let attestation = key(texts, digest)?;
            let mut claims = Vec::with_capacity(subjects.len());
            for subject in subjects {
                claims.push(ClaimRecord { attestation, subject: key(texts, &subject.0)? });
            }
            Parts { kind: kind::ATTESTATION, media_type: IN_TOTO, claims, materials, ..none }
        }
        ManifestFacts::Artifact { artifact_type } => Parts { kind: kind::ARTIFACT, media_type: artifact_type, ..none },
    };
    parts.row(texts)
}

/// What an index is: by its artifact type where no image lies below it.
fn own_type<'a>(media_type: &'a str, artifact_type: Option<&'a str>, children: &[ChildManifest]) -> &'a str {
    let may_hold_images = children.iter().any(|child| EntryKind::of(child).may_lead_to_image());
    artifact_type.filter(|_| !may_hold_images).unwrap_or(media_type)
}

/// The attestations that an index lists, and what it says they are about.
fn listed<T: Texts>(children: &[ChildManifest], texts: &mut T) -> Result<Vec<ClaimRecord>, T::Error> {
    let mut claims = Vec::new();
    for claim in attestation::claims(children) {
        let (attestation, subject) = (key(texts, &claim.attestation.0)?, key(texts, &claim.subject.0)?);
        claims.push(ClaimRecord { attestation, subject });
    }
    Ok(claims)
}

struct Parts<'a> {
    kind: u32,
    media_type: &'a str,
    config: Key,
    layers: &'a [LayerDescriptor],
    children: &'a [ChildManifest],
    declared: Option<Declared>,
    claims: Vec<ClaimRecord>,
    materials: &'a [Declared],
}

impl Parts<'_> {
    fn row<T: Texts>(&self, texts: &mut T) -> Result<Vec<u8>, T::Error> {
        let is_kept = |child: &&ChildManifest| match EntryKind::of(child) {
            EntryKind::Manifest | EntryKind::Index | EntryKind::Untyped | EntryKind::Artifact => true,
            EntryKind::Attestation | EntryKind::Unknown => false,
        };
        let children: Vec<&ChildManifest> = self.children.iter().filter(is_kept).collect();
        let head = ManifestHead {
            kind: U32::new(self.kind),
            media_type: U32::new(texts.text(self.media_type)?),
            declared: U32::new(json(texts, self.declared.as_ref())?),
            config: self.config,
            blobs: count(self.layers.len()),
            children: count(children.len()),
            claims: count(self.claims.len()),
            materials: count(self.materials.len()),
        };
        let mut row = head.as_bytes().to_vec();
        for layer in self.layers {
            let record = BlobRecord {
                digest: key(texts, &layer.digest.0)?,
                size: U64::new(layer.size.unwrap_or(u64::MAX)),
                media_type: U32::new(match layer.media_type.as_str() {
                    "" => NONE,
                    text => texts.text(text)?,
                }),
            };
            row.extend_from_slice(record.as_bytes());
        }
        for child in children {
            let said = declared::from_annotations(Source::Annotation, &child.annotations);
            let record = ChildRecord {
                digest: key(texts, &child.digest.0)?,
                platform: U32::new(json(texts, child.platform.as_ref())?),
                declared: U32::new(json(texts, said.as_ref())?),
                artifact: U32::new(match EntryKind::of(child) {
                    EntryKind::Artifact => texts.text(child.artifact_type.as_deref().unwrap_or(&child.media_type))?,
                    EntryKind::Manifest
                    | EntryKind::Index
                    | EntryKind::Untyped
                    | EntryKind::Attestation
                    | EntryKind::Unknown => NONE,
                }),
            };
            row.extend_from_slice(record.as_bytes());
        }
        row.extend_from_slice(self.claims.as_bytes());
        for material in self.materials {
            row.extend_from_slice(U32::new(json(texts, Some(material))?).as_bytes());
        }
        Ok(row)
    }
}
