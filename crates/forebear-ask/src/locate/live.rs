//! `docker://`: asking a registry now, for a manifest, its config and, where an
//! index lists one, its provenance.

use forebear_image::attestation::{self, Claim};
use forebear_image::declared::Declared;
use forebear_image::provenance::{self, STATEMENT_CAP};
use forebear_image::{ChildManifest, Image, ManifestFacts, Reference, RepositoryName, config, manifest};
use forebear_index::Index;
use forebear_registry::{CONFIG_CAP, FetchedManifest, ManifestName, Registry};

use crate::choose::choose;
use crate::contents::Live;
use crate::error::AskError;
use crate::located::Located;
use crate::note::Note;
use crate::options::AskOptions;

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: usize = 4;

/// Fetches what a reference leads to.
pub(super) async fn find(index: &Index, options: &AskOptions, live: &Live) -> Result<Located, AskError> {
    let reference = &live.reference;
    let (image, notes) = ask(&live.registry, options, reference).await?;
    let known = image.identity.and_then(|identity| index.find_image(&identity));
    let names = known.map(|id| index.names_of(id)).unwrap_or_default();
    let names = names.into_iter().map(|name| name.reference).collect();
    Ok(Located { reference: reference.to_string(), names, image, notes, known })
}

async fn ask(
    registry: &Registry,
    options: &AskOptions,
    reference: &Reference,
) -> Result<(Image, Vec<Note>), AskError> {
    let repository = &reference.repository;
    let mut fetched = registry.get_manifest(repository, ManifestName::from(reference)).await?;
    let mut entry: Option<ChildManifest> = None;
    let mut claims: Vec<Claim> = Vec::new();
    for _ in 0..MAX_DEPTH {
        match parse(&fetched, reference)? {
            ManifestFacts::Index { children, .. } => {
                let by_digest = reference.digest.is_some();
                claims = attestation::claims(&children);
                let child = choose(children, options.platform.as_ref(), by_digest, reference)?;
                fetched = registry.get_manifest(repository, ManifestName::Digest(child.digest)).await?;
                entry = Some(child);
            }
            facts => {
                let mut image = image(registry, repository, &fetched, facts, reference).await?;
                if let Some(entry) = entry {
                    image.declare_from(&entry.annotations);
                    entry.platform.iter().for_each(|platform| image.set_platform(platform));
                }
                if let (Some(wanted), Some(own)) = (&options.platform, &image.platform)
                    && !own.satisfies(wanted)
                {
                    return Err(AskError::WrongPlatform {
                        name: reference.to_string(),
                        own: own.clone(),
                        wanted: wanted.clone(),
                    });
                }
                let mut notes = Vec::new();
                for claim in claims.iter().filter(|claim| claim.subject == fetched.digest) {
                    match materials(registry, repository, claim).await {
                        Ok(materials) => image.declare_materials(materials),
                        // Evidence beside the answer, never a part of it.
                        Err(error) => notes.push(Note::NoProvenance {
                            image: reference.to_string(),
                            attestation: claim.attestation,
                            reason: error.told(),
                        }),
                    }
                }
                return Ok((image, notes));
            }
        }
    }
    Err(AskError::Nested { name: reference.to_string(), depth: format!("{MAX_DEPTH} others") })
}

/// What an attestation says that the build of its subject read.
async fn materials(registry: &Registry, repository: &RepositoryName, claim: &Claim) -> Result<Vec<Declared>, AskError> {
    let manifest = registry.get_manifest(repository, ManifestName::Digest(claim.attestation)).await?;
    let statements = attestation::statements(&manifest.bytes);
    for digest in statements.map_err(|error| AskError::document("attestation", claim.attestation, repository, error))? {
        let bytes = registry.get_small_blob(repository, digest, STATEMENT_CAP).await?;
        let refused = |source| AskError::Statement { digest: digest.to_string(), source };
        if let Some(provenance) = provenance::parse(&bytes).map_err(refused)? {
            return provenance.of(claim.subject).map_err(refused);
        }
    }
    Ok(Vec::new())
}

fn parse(fetched: &FetchedManifest, reference: &Reference) -> Result<ManifestFacts, AskError> {
    let parsed = manifest::parse(&fetched.bytes, fetched.content_type.as_deref());
    parsed.map_err(|error| AskError::document("manifest", fetched.digest, reference, error))
}

async fn image(
    registry: &Registry,
    repository: &RepositoryName,
    fetched: &FetchedManifest,
    facts: ManifestFacts,
    reference: &Reference,
) -> Result<Image, AskError> {
    let not_an_image = |what| AskError::NotAnImage { name: reference.to_string(), what };
    match facts {
        ManifestFacts::Image(manifest) => {
            let bytes = registry.get_config(repository, manifest.config, CONFIG_CAP).await?;
            let config = config::parse(&bytes);
            let config = config.map_err(|error| AskError::document("config", manifest.config, reference, error))?;
            Ok(Image::from_manifest(Some(fetched.digest), &manifest, Some(&config)))
        }
        ManifestFacts::Schema1 { layers, config } => Ok(Image::from_schema1(Some(fetched.digest), &layers, &config)),
        ManifestFacts::Artifact { artifact_type } => Err(not_an_image(artifact_type)),
        ManifestFacts::Attestation { .. } => Err(not_an_image("an attestation".to_owned())),
        ManifestFacts::Index { .. } => Err(not_an_image("an index".to_owned())),
    }
}
