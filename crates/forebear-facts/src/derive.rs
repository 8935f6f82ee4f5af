//! Facts made again from the documents that were kept.

use forebear_image::config::ConfigError;
use forebear_image::descend::{Compared, Statements};
use forebear_image::manifest::ManifestError;
use forebear_image::provenance::{Provenance, ProvenanceError};
use forebear_image::{ConfigFacts, Digest, ManifestFacts, config, manifest};

/// Why a kept document says nothing.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// It is no config.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// It is no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The statement that an attestation refers to is none.
    #[error(transparent)]
    Provenance(#[from] ProvenanceError),
}

/// What a kept config says.
///
/// # Errors
/// [`DeriveError::Config`] for a document that is none.
pub fn config(document: &[u8]) -> Result<ConfigFacts, DeriveError> {
    Ok(config::parse(document)?)
}

/// What a kept manifest says; of an attestation, what the statement says that
/// was kept with it. `kept` finds documents by their digests.
///
/// # Errors
/// [`DeriveError`] for a document, or a statement, that is none; whatever `kept`
/// fails with.
pub fn manifest<E: From<DeriveError>>(
    document: &[u8],
    kept: impl Fn(&Digest) -> Result<Option<Vec<u8>>, E>,
) -> Result<ManifestFacts, E> {
    let facts = manifest::parse(document, None).map_err(DeriveError::from)?;
    let (ManifestFacts::Artifact { .. }, Ok(mut statements)) = (&facts, Statements::of(Compared::already(document)))
    else {
        return Ok(facts);
    };
    // Documents were compared with their digests before they were kept.
    while let Some(statement) = statements.next() {
        match kept(&statement.0)? {
            Some(document) => statements.read(Compared::already(&document)).map_err(DeriveError::from)?,
            None => statements.skip(),
        }
    }
    Ok(match statements.into_provenance() {
        Some((_, Provenance { subjects, materials })) => ManifestFacts::Attestation { subjects, materials },
        None => facts,
    })
}

/// As [`manifest()`], of a document that was stored as an attestation's: it is one,
/// whatever its statement says. Of one whose statement is no provenance nothing
/// else says so.
///
/// # Errors
/// As [`manifest()`].
pub fn attestation<E: From<DeriveError>>(
    document: &[u8],
    kept: impl Fn(&Digest) -> Result<Option<Vec<u8>>, E>,
) -> Result<ManifestFacts, E> {
    Ok(match manifest(document, kept)? {
        ManifestFacts::Artifact { .. } => ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() },
        facts => facts,
    })
}

#[cfg(test)]
mod tests {
    use forebear_image::ManifestDigest;

    use super::*;

    #[test]
    fn an_attestation_is_one_again_where_its_statement_was_kept() {
        let subject = ManifestDigest::of(b"an image");
        let statement = format!(
            r#"{{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1",
                "subject":[{{"digest":{{"sha256":"{}"}}}}],"predicate":{{"buildDefinition":{{
                "resolvedDependencies":[{{"uri":"pkg:docker/alpine@3.19"}}]}}}}}}"#,
            subject.0.hex()
        );
        let digest = Digest::sha256(statement.as_bytes());
        let document = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{digest}"}},
                "layers":[{{"mediaType":"application/vnd.in-toto+json","digest":"{digest}"}}]}}"#
        );
        let with = |asked: &Digest| Ok::<_, DeriveError>((*asked == digest).then(|| statement.clone().into_bytes()));
        match manifest(document.as_bytes(), with) {
            Ok(ManifestFacts::Attestation { subjects, materials }) => {
                assert_eq!((subjects, materials.len()), (vec![subject], 1));
            }
            other => panic!("{other:?}"),
        }
        let without = manifest(document.as_bytes(), |_: &Digest| Ok::<_, DeriveError>(None));
        assert!(matches!(without, Ok(ManifestFacts::Artifact { .. })), "{without:?}");
    }
}
