//! Facts made again from the documents that were kept.

use forebear_image::{ConfigFacts, Digest, ManifestFacts, attestation, config, manifest, provenance};

/// What a kept config says.
pub(crate) fn config(bytes: &[u8]) -> Result<ConfigFacts, String> {
    config::parse(bytes).map_err(|e| e.to_string())
}

/// What a kept manifest says; of an attestation, what the statement says that
/// was kept with it. `kept` finds documents by their digests.
pub(crate) fn manifest(
    bytes: &[u8],
    kept: impl Fn(&Digest) -> Result<Option<Vec<u8>>, String>,
) -> Result<ManifestFacts, String> {
    let facts = manifest::parse(bytes, None).map_err(|e| e.to_string())?;
    if let (ManifestFacts::Artifact { .. }, Ok(statements)) = (&facts, attestation::statements(bytes)) {
        for statement in statements {
            let Some(document) = kept(&statement.0)? else { continue };
            if let Some(said) = provenance::parse(&document).map_err(|e| e.to_string())? {
                return Ok(ManifestFacts::Attestation { subjects: said.subjects, materials: said.materials });
            }
        }
    }
    Ok(facts)
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
        let with = |asked: &Digest| Ok((*asked == digest).then(|| statement.clone().into_bytes()));
        match manifest(document.as_bytes(), with) {
            Ok(ManifestFacts::Attestation { subjects, materials }) => {
                assert_eq!((subjects, materials.len()), (vec![subject], 1));
            }
            other => panic!("{other:?}"),
        }
        let without = manifest(document.as_bytes(), |_: &Digest| Ok(None));
        assert!(matches!(without, Ok(ManifestFacts::Artifact { .. })), "{without:?}");
    }
}
