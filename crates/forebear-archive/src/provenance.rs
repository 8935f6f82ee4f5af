//! Provenance that a layout holds beside its images.

use forebear_image::attestation::{self, Claim};
use forebear_image::declared::Declared;
use forebear_image::provenance;
use forebear_image::{Digest, Image};

use crate::error::Problem;
use crate::files::{Files, by_digest};

/// Adds what the attestations about this image say. Whatever is wrong with
/// them, the image stands; it is told in a sentence each.
pub(crate) fn declare(
    files: &impl Files,
    naming: fn(&Digest) -> String,
    claims: &[Claim],
    image: &mut Image,
) -> Vec<String> {
    let mut notes = Vec::new();
    let subject = image.manifest_digest;
    for claim in claims.iter().filter(|claim| Some(claim.subject) == subject) {
        match materials(files, naming, claim) {
            Ok(materials) => image.declare_materials(materials),
            Err(problem) => {
                notes.push(format!("its provenance, attestation {}, is left out: {problem}", claim.attestation));
            }
        }
    }
    notes
}

fn materials(files: &impl Files, naming: fn(&Digest) -> String, claim: &Claim) -> Result<Vec<Declared>, Problem> {
    let manifest = read(files, naming, "attestation", claim.attestation.0)?;
    for digest in attestation::statements(&manifest)? {
        let bytes = read(files, naming, "statement", digest.0)?;
        let refused = |error| Problem::document("statement", error);
        if let Some(provenance) = provenance::parse(&bytes).map_err(refused)? {
            return provenance.of(claim.subject).map_err(refused);
        }
    }
    Ok(Vec::new())
}

/// A document by its digest. Of a copied index `dir:` keeps manifests as
/// `<hex>.manifest.json`. What is not there may have been left out on purpose.
fn read(files: &impl Files, naming: fn(&Digest) -> String, what: &str, digest: Digest) -> Result<Vec<u8>, Problem> {
    let name = naming(&digest);
    match by_digest(files, &name, what, digest) {
        Err(Problem::Missing(_)) => {}
        read => return read,
    }
    match by_digest(files, &format!("{name}.manifest.json"), what, digest) {
        Err(Problem::Missing(_)) => Err(Problem::document(what, format!("{digest} is not there"))),
        read => read,
    }
}
