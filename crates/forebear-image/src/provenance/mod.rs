//! What a build read, by its builder's word: SLSA provenance in an in-toto
//! statement.
//!
//! BuildKit lists every image that a build read, in both of its modes: the
//! bases of all stages, sources of `COPY --from`, and the frontend that read
//! the Dockerfile. At most one of them is the base of the result; which one,
//! the list does not say, and no order in it means anything.
//!
//! A statement is compared, never trusted, and so are signatures over it: an
//! envelope is opened, not verified.
//!
//! Sources: in-toto attestation `spec/v1/statement.md`, SLSA provenance v0.2
//! and v1, BuildKit `docs/attestations/slsa-definitions.md`, DSSE `envelope.md`.

mod lists;
mod material;

use base64::Engine as _;

use crate::declared::Declared;
use crate::digest::ManifestDigest;
use crate::json::{self, FieldError, Read, Value};
use crate::limits::SHOWN;

use lists::{Images, Subjects};

pub use crate::limits::{MAX_MATERIALS, MAX_SUBJECTS, STATEMENT_CAP};

/// Payload type of a signed statement.
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// Why bytes are no provenance that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvenanceError {
    /// Not JSON, or no statement.
    #[error("it is no in-toto statement: {0}")]
    Malformed(String),
    /// An envelope around something else.
    #[error("it is an envelope around '{0}', not around a statement")]
    Payload(String),
    /// It states something of another manifest than the one that shows it.
    #[error("it is about {}, not about {expected}", about(found))]
    Subject {
        /// What it was shown for.
        expected: ManifestDigest,
        /// What it is about.
        found: Vec<ManifestDigest>,
    },
}

/// The subjects for people: the first of them.
fn about(found: &[ManifestDigest]) -> String {
    match found {
        [] => "nothing".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

impl From<FieldError> for ProvenanceError {
    fn from(error: FieldError) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// A build as its builder states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Manifests that it is about.
    pub subjects: Vec<ManifestDigest>,
    /// Images that the build read, in the order of the statement.
    pub materials: Vec<Declared>,
}

impl Provenance {
    /// The materials, if this is about that manifest.
    ///
    /// # Errors
    /// [`ProvenanceError::Subject`] when it is about others.
    pub fn of(self, manifest: ManifestDigest) -> Result<Vec<Declared>, ProvenanceError> {
        if self.subjects.contains(&manifest) {
            Ok(self.materials)
        } else {
            Err(ProvenanceError::Subject { expected: manifest, found: self.subjects })
        }
    }
}

/// Whether a predicate type is SLSA provenance, of any version known.
pub(crate) fn is_provenance(predicate_type: &str) -> bool {
    version(predicate_type).is_some()
}

/// Major version of a provenance predicate: 0 or 1.
fn version(predicate_type: &str) -> Option<u8> {
    let version = predicate_type.strip_prefix("https://slsa.dev/provenance/v")?;
    match version.split('.').next() {
        Some("0") => Some(0),
        Some("1") => Some(1),
        _ => None,
    }
}

json::object! {
    /// A statement or an envelope around one.
    struct Head {
        statement_type: String = "_type",
        predicate_type: String = "predicateType",
        subject: Subjects = "subject",
        payload_type: String = "payloadType",
        payload: String = "payload",
        /// Sigstore's bundles wrap the envelope once more.
        envelope: Envelope = "dsseEnvelope",
    }

    struct Envelope {
        payload_type: String = "payloadType",
        payload: String = "payload",
    }

    struct Body {
        predicate: Predicate = "predicate",
    }

    struct Predicate {
        build_type: String = "buildType",
        materials: Images = "materials",
        definition: Definition = "buildDefinition",
    }

    struct Definition {
        build_type: String = "buildType",
        dependencies: Images = "resolvedDependencies",
    }
}

/// Reads a statement, bare or in an envelope. `None` when it states something
/// else than how BuildKit built an image: other builders list what they like,
/// a step's own image but not the base of the result.
///
/// # Errors
/// [`ProvenanceError`] when it is no statement, or lists more than allowed.
pub fn parse(bytes: &[u8]) -> Result<Option<Provenance>, ProvenanceError> {
    let head = read::<Head>(bytes)?;
    let envelope = match head.envelope.known()? {
        Some(inner) => (inner.payload_type, inner.payload),
        None => (head.payload_type, head.payload),
    };
    let payload_type = envelope.0.known()?;
    let envelope = envelope.1.known()?.map(|payload| (payload_type, payload));
    let (predicate_type, subject) = (head.predicate_type.known()?, head.subject.known()?);
    match (head.statement_type.known()?, envelope) {
        (None, Some((payload_type, payload))) => {
            let payload_type = payload_type.unwrap_or_default();
            if payload_type != IN_TOTO {
                return Err(ProvenanceError::Payload(payload_type.chars().take(SHOWN).collect()));
            }
            let inside = decode(&payload)?;
            let head = read::<Head>(&inside)?;
            let (own_type, predicate_type) = (head.statement_type.known()?, head.predicate_type.known()?);
            statement(&inside, own_type.as_deref(), predicate_type.as_deref(), head.subject.known()?)
        }
        (own_type, _) => statement(bytes, own_type.as_deref(), predicate_type.as_deref(), subject),
    }
}

fn statement(
    bytes: &[u8],
    statement_type: Option<&str>,
    predicate_type: Option<&str>,
    subjects: Option<Subjects>,
) -> Result<Option<Provenance>, ProvenanceError> {
    if !statement_type.is_some_and(|own| own.starts_with("https://in-toto.io/Statement/v")) {
        return Err(ProvenanceError::Malformed("its '_type' does not say so".to_owned()));
    }
    let Some(version) = predicate_type.and_then(version) else { return Ok(None) };
    let predicate = read::<Body>(bytes)?.predicate.known()?;
    let predicate = predicate.ok_or_else(|| ProvenanceError::Malformed("it states nothing".to_owned()))?;
    let (build_type, images) = match (version, predicate.definition.known()?) {
        (0, _) => (predicate.build_type.known()?, predicate.materials.known()?),
        (_, Some(definition)) => (definition.build_type.known()?, definition.dependencies.known()?),
        (_, None) => (None, None),
    };
    // BuildKit's own are https://mobyproject.org/buildkit@v1 and, since v1,
    // the page in its repository that defines them.
    if build_type.is_some_and(|own| !own.is_empty() && !own.to_ascii_lowercase().contains("buildkit")) {
        return Ok(None);
    }
    let subjects = subjects.map(|subjects| subjects.0).unwrap_or_default();
    let materials = images.map(|images| images.0).unwrap_or_default();
    Ok(Some(Provenance { subjects, materials }))
}

fn read<T: Read>(bytes: &[u8]) -> Result<T, ProvenanceError> {
    let read: Value<T> = json::from_slice(bytes).map_err(|error| ProvenanceError::Malformed(json::shown(&error)))?;
    read.or_found().map_err(|found| ProvenanceError::Malformed(format!("it is {found}")))
}

/// DSSE allows both alphabets of base64; padding is left out here and there.
fn decode(payload: &str) -> Result<Vec<u8>, ProvenanceError> {
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
    let text = payload.trim().trim_end_matches('=');
    let decoded = STANDARD_NO_PAD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text));
    decoded.map_err(|error| ProvenanceError::Malformed(format!("its payload is no base64: {error}")))
}
