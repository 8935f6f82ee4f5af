//! BuildKit's attestations: manifests that an index lists beside its images,
//! each about one of them, whose layers are in-toto statements.
//!
//! Source: BuildKit `docs/attestations/attestation-storage.md`.

use crate::digest::{BlobDigest, ManifestDigest};
use crate::facts::ChildManifest;
use crate::json::{self, List, Noted, Texts, Value};
use crate::limits::{MAX_ENTRY_ANNOTATIONS, MAX_LAYERS};
use crate::manifest::ManifestError;

/// Says in an index entry that it is an attestation.
const REFERENCE_TYPE: &str = "vnd.docker.reference.type";
/// Says in such an entry which manifest it is about.
const REFERENCE_DIGEST: &str = "vnd.docker.reference.digest";
/// Says of a layer what its statement states.
const PREDICATE_TYPE: &str = "in-toto.io/predicate-type";
/// Layers that are statements, bare or in a signed envelope.
const STATEMENTS: [&str; 2] = ["application/vnd.in-toto+json", "application/vnd.dsse.envelope.v1+json"];

/// The most attestations read for one image. BuildKit writes one; tools that
/// add to an image append another.
pub const MAX_ATTESTATIONS: usize = 4;
/// The most statements of one attestation that are read in search of its
/// provenance.
pub const MAX_STATEMENTS: usize = 4;

/// What an index says of one of its entries: this is an attestation of that
/// other entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// Manifest of the attestation.
    pub attestation: ManifestDigest,
    /// Manifest that it is about.
    pub subject: ManifestDigest,
}

/// The attestations among the entries of an index. One that is about no image
/// of this index, or about nothing, is left out: there is nothing to ask it
/// about. Of those about one image, the first [`MAX_ATTESTATIONS`] count.
#[must_use]
pub fn claims(children: &[ChildManifest]) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for child in children {
        let said = |key: &str| child.annotations.get(key).map(String::as_str);
        if said(REFERENCE_TYPE) != Some("attestation-manifest") {
            continue;
        }
        let Some(subject) = said(REFERENCE_DIGEST).and_then(|text| text.parse().ok()) else { continue };
        let claim = Claim { attestation: child.digest, subject };
        let listed = children.iter().any(|child| child.digest == subject && !child.is_attestation());
        let others = claims.iter().filter(|other| other.subject == subject).count();
        if listed && others < MAX_ATTESTATIONS && !claims.contains(&claim) {
            claims.push(claim);
        }
    }
    claims
}

json::object! {
    struct Document {
        layers: List<Layer, MAX_LAYERS> = "layers",
    }

    struct Layer {
        media_type: String = "mediaType",
        digest: String = "digest",
        annotations: Texts<MAX_ENTRY_ANNOTATIONS> = "annotations",
    }
}

/// Blobs of an attestation's manifest that may be provenance, likeliest first:
/// those that say so, then those that say nothing; at most [`MAX_STATEMENTS`].
///
/// # Errors
/// [`ManifestError`] when it is no manifest, or has more layers than allowed.
pub fn statements(manifest: &[u8]) -> Result<Vec<BlobDigest>, ManifestError> {
    let malformed = |message: String| ManifestError::Malformed(message);
    let document: Value<Document> = json::from_slice(manifest).map_err(|e| malformed(json::shown(&e)))?;
    let document = document.or_found().map_err(|found| malformed(format!("it is {found}")))?;
    let layers = document.layers.known()?.unwrap_or_default().0;
    let (mut stated, mut silent) = (Vec::new(), Vec::new());
    // An attestation is evidence beside the image: what is odd in it is passed by.
    let noted = &mut Noted::new();
    for layer in layers {
        let is_statement = layer.media_type.or_note(noted).is_some_and(|own| STATEMENTS.contains(&own.as_str()));
        let digest = layer.digest.known()?.filter(|_| is_statement);
        let Some(digest) = digest.and_then(|digest| digest.parse().ok()) else { continue };
        match layer.annotations.texts_or_note(noted).get(PREDICATE_TYPE) {
            Some(predicate) if crate::provenance::is_provenance(predicate) => stated.push(digest),
            Some(_) => {}
            None => silent.push(digest),
        }
    }
    stated.append(&mut silent);
    stated.truncate(MAX_STATEMENTS);
    Ok(stated)
}
