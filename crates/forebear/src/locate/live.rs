//! `docker://`: asking a registry now, for a manifest, its config and, where an
//! index lists one, its provenance.

use anyhow::{Context as _, anyhow, bail};
use forebear_image::attestation::{self, Claim};
use forebear_image::declared::Declared;
use forebear_image::image::Identity;
use forebear_image::provenance::{self, STATEMENT_CAP};
use forebear_image::{ChildManifest, Image, ManifestFacts, Platform, Reference, RepositoryName, config, manifest};
use forebear_index::View;
use forebear_registry::{CONFIG_CAP, FetchedManifest, ManifestName, Registry};

use crate::common::Common;
use crate::contents::Live;
use crate::output;

use super::Located;

/// Indexes inside indexes are followed this deep.
const MAX_DEPTH: usize = 4;

/// Fetches what a reference leads to.
pub(super) fn fetch(index: &View, common: &Common, live: &Live) -> anyhow::Result<Located> {
    let reference = &live.reference;
    let image = live.wait(ask(&live.registry, common, reference))?;
    let known = image.identity.and_then(|identity: Identity| index.find_image(&identity));
    let names = known.map(|id| index.names_of(id)).unwrap_or_default();
    let names = names.into_iter().map(|name| name.reference).collect();
    Ok(Located { reference: reference.to_string(), names, image, known })
}

async fn ask(registry: &Registry, common: &Common, reference: &Reference) -> anyhow::Result<Image> {
    let repository = &reference.repository;
    let mut fetched = registry.get_manifest(repository, ManifestName::from(reference)).await?;
    let mut entry: Option<ChildManifest> = None;
    let mut claims: Vec<Claim> = Vec::new();
    for _ in 0..MAX_DEPTH {
        match parse(&fetched, reference)? {
            ManifestFacts::Index { children, .. } => {
                let by_digest = reference.digest.is_some();
                claims = attestation::claims(&children);
                let child = choose(children, common.platform.as_ref(), by_digest, reference)?;
                fetched = registry.get_manifest(repository, ManifestName::Digest(child.digest)).await?;
                entry = Some(child);
            }
            facts => {
                let mut image = image(registry, repository, &fetched, facts, reference).await?;
                if let Some(entry) = entry {
                    image.declare_from(&entry.annotations);
                    entry.platform.iter().for_each(|platform| image.set_platform(platform));
                }
                if let (Some(wanted), Some(own)) = (&common.platform, &image.platform)
                    && !own.satisfies(wanted)
                {
                    bail!("{reference} is for {own}, not for {wanted}");
                }
                for claim in claims.iter().filter(|claim| claim.subject == fetched.digest) {
                    match materials(registry, repository, claim).await {
                        Ok(materials) => image.declare_materials(materials),
                        // Evidence beside the answer, never a part of it.
                        Err(error) => output::remark(&format!(
                            "the provenance of {reference}, attestation {}, is left out: {error:#}",
                            claim.attestation
                        )),
                    }
                }
                return Ok(image);
            }
        }
    }
    bail!("{reference} is an index inside {MAX_DEPTH} others; ask for one of its manifests by digest")
}

/// What an attestation says that the build of its subject read.
async fn materials(registry: &Registry, repository: &RepositoryName, claim: &Claim) -> anyhow::Result<Vec<Declared>> {
    let manifest = registry.get_manifest(repository, ManifestName::Digest(claim.attestation)).await?;
    for digest in attestation::statements(&manifest.bytes)? {
        let bytes = registry.get_small_blob(repository, digest, STATEMENT_CAP).await?;
        if let Some(provenance) = provenance::parse(&bytes).with_context(|| format!("the statement {digest}"))? {
            return provenance.of(claim.subject).with_context(|| format!("the statement {digest}"));
        }
    }
    Ok(Vec::new())
}

fn parse(fetched: &FetchedManifest, reference: &Reference) -> anyhow::Result<ManifestFacts> {
    let parsed = manifest::parse(&fetched.bytes, fetched.content_type.as_deref());
    parsed.with_context(|| format!("the manifest {} of {reference}", fetched.digest))
}

async fn image(
    registry: &Registry,
    repository: &RepositoryName,
    fetched: &FetchedManifest,
    facts: ManifestFacts,
    reference: &Reference,
) -> anyhow::Result<Image> {
    match facts {
        ManifestFacts::Image(manifest) => {
            let bytes = registry.get_config(repository, manifest.config, CONFIG_CAP).await?;
            let config =
                config::parse(&bytes).with_context(|| format!("the config {} of {reference}", manifest.config))?;
            Ok(Image::from_manifest(Some(fetched.digest), &manifest, Some(&config)))
        }
        ManifestFacts::Schema1 { layers, config } => Ok(Image::from_schema1(Some(fetched.digest), &layers, &config)),
        ManifestFacts::Artifact { artifact_type } => bail!("{reference} is no image but {artifact_type}"),
        ManifestFacts::Attestation { .. } => bail!("{reference} is no image but an attestation"),
        ManifestFacts::Index { .. } => bail!("{reference} is an index"),
    }
}

/// The entry for a platform; the default holds for tags that offer several.
pub(crate) fn choose(
    children: Vec<ChildManifest>,
    wanted: Option<&Platform>,
    by_digest: bool,
    reference: &Reference,
) -> anyhow::Result<ChildManifest> {
    let mut images: Vec<ChildManifest> = children.into_iter().filter(|child| !child.is_attestation()).collect();
    let default = Platform::default_wanted();
    let wanted = match wanted {
        None if images.len() == 1 => return images.pop().ok_or_else(|| anyhow!("{reference} is an empty index")),
        None if by_digest => None,
        None => Some(&default),
        given => given,
    };
    let offered = images.iter().filter_map(|child| child.platform.as_ref()).map(ToString::to_string);
    let offered = offered.collect::<Vec<_>>().join(", ");
    let Some(wanted) = wanted else {
        bail!("{reference} offers several platforms; choose one with --platform: {offered}");
    };
    let fits = |same: bool| {
        images.iter().position(|child| {
            child.platform.as_ref().is_some_and(|p| if same { p.same(wanted) } else { p.satisfies(wanted) })
        })
    };
    let at = fits(true).or_else(|| fits(false));
    let at = at.ok_or_else(|| anyhow!("{reference} has no image for {wanted}; it offers {offered}"))?;
    Ok(images.swap_remove(at))
}
