//! Images of the index, by reference or digest.

use anyhow::{Context as _, anyhow, bail};
use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, ManifestDigest, Platform, Reference};
use forebear_index::{ManifestId, ManifestKind, ObservationId, RepositoryId, TagId, View};

use crate::common::Common;
use crate::output;

use super::{Located, known};

/// Names offered when one was not found.
const OFFERED: usize = 8;

/// Finds an image by reference, `repo@digest` or bare digest.
pub(super) fn find(index: &View, common: &Common, text: &str) -> anyhow::Result<Located> {
    // No image is called sha256: whoever writes that means a digest.
    if text.starts_with("sha256:") || text.starts_with("sha512:") {
        return by_digest(index, common, text.parse::<Digest>()?, text);
    }
    let reference: Reference = text.parse()?;
    if let Some(digest) = reference.digest {
        return by_digest(index, common, digest.0, &reference.to_string());
    }
    let repository = repository(index, &reference)?;
    let wanted_tag = reference.tag.as_deref().unwrap_or("latest");
    let tag = index.find_tag(repository, wanted_tag).ok_or_else(|| no_such_tag(index, repository, wanted_tag))?;
    let name = index.tag_reference(tag).unwrap_or_else(|| reference.to_string());
    let target = match index.tag_target(tag) {
        Some(target) => target,
        None => last_target(index, tag, &name)?,
    };
    // The default holds for tags that offer several platforms.
    let platform = common.platform.clone().or_else(|| {
        let default = Platform::default_wanted();
        (index.offered_platforms(target).len() > 1).then_some(default)
    });
    let manifest = choose(index, target, platform.as_ref(), &name)?;
    image_of(index, manifest, name)
}

/// A tag that was deleted still says what it last led to.
fn last_target(index: &View, tag: TagId, name: &str) -> anyhow::Result<ManifestId> {
    let begun = |id: &ObservationId| index.name(*id).is_some();
    let last = index.observations_of_tag(tag).rev().find(begun);
    let seen = last.and_then(|last| index.name(last));
    let (last, seen) = last.zip(seen).ok_or_else(|| anyhow!("{name} had not been seen leading anywhere by then"))?;
    output::remark(&format!("{name} is gone from its registry; this is what it led to until {}", seen.last_seen));
    index.observed_manifest(last).ok_or_else(|| anyhow!("what {name} led to is not in the index"))
}

fn repository(index: &View, reference: &Reference) -> anyhow::Result<RepositoryId> {
    if let Some(found) = index.find_repository(&reference.repository) {
        return Ok(found);
    }
    let not_found = || {
        anyhow!(
            "{} is not in the index; crawl it with forebear-crawl, or ask its registry with docker://",
            reference.repository
        )
    };
    if reference.registry_was_named {
        return Err(not_found());
    }
    // Docker put "library/" before a bare name; other registries have none.
    let path = &reference.repository.path;
    let bare = path.strip_prefix("library/").unwrap_or(path);
    let mut matches = index.repositories_ending_in(path);
    if bare != path {
        matches.extend(index.repositories_ending_in(bare));
    }
    matches.sort_unstable();
    matches.dedup();
    match matches.as_slice() {
        [] => Err(not_found()),
        [only] => {
            let name = index.repository_name(*only);
            output::remark(&format!("{} is not in the index; this is {name}", reference.repository));
            Ok(*only)
        }
        several => {
            let names: Vec<&str> = several.iter().take(OFFERED).map(|id| index.repository_name(*id)).collect();
            let more = several.len().saturating_sub(OFFERED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            bail!(
                "{} is not in the index, and {} repositories end in that name: {}{more}. Name one in full",
                reference.repository,
                several.len(),
                names.join(", ")
            )
        }
    }
}

fn no_such_tag(index: &View, repository: RepositoryId, tag: &str) -> anyhow::Error {
    let tags: Vec<TagId> = index.tags_of(repository).collect();
    let name = index.repository_name(repository);
    if tags.is_empty() {
        return anyhow!("{name} has no tags in the index");
    }
    let offered: Vec<&str> = tags.iter().take(OFFERED).map(|tag| index.tag_name(*tag)).collect();
    let more = tags.len().saturating_sub(OFFERED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    anyhow!("{name} has no tag {tag} in the index; it has {}{more}", offered.join(", "))
}

fn by_digest(index: &View, common: &Common, digest: Digest, text: &str) -> anyhow::Result<Located> {
    if let Some(manifest) = index.find_manifest(ManifestDigest(digest)) {
        let manifest = choose(index, manifest, common.platform.as_ref(), text)?;
        return image_of(index, manifest, text.to_owned());
    }
    let image = index.find_image(&Identity::Config(ConfigDigest(digest)));
    let image = image.ok_or_else(|| anyhow!("{text} is neither a manifest nor a config of the index"))?;
    let located = Located::of_index(index, image);
    located.ok_or_else(|| anyhow!("the index entry of {text} is damaged; publish it anew"))
}

/// The manifest for a platform: the target itself, or the fitting entry.
fn choose(index: &View, target: ManifestId, wanted: Option<&Platform>, name: &str) -> anyhow::Result<ManifestId> {
    let offered = index.offered_platforms(target);
    let list = || {
        let read = |(platform, read): &(Platform, bool)| {
            if *read { platform.to_string() } else { format!("{platform} (not crawled)") }
        };
        offered.iter().map(read).collect::<Vec<_>>().join(", ")
    };
    if offered.is_empty() {
        let own = index
            .manifest(target)
            .and_then(|manifest| manifest.image())
            .and_then(|id| index.platform_of(id, Some(target)));
        if let (Some(wanted), Some(own)) = (wanted, own)
            && !own.satisfies(wanted)
        {
            bail!("{name} is for {own}, not for {wanted}");
        }
        return Ok(target);
    }
    match wanted {
        Some(wanted) => {
            let found = index.for_platform(target, wanted);
            found.with_context(|| format!("{name} has no image for {wanted}; it offers {}", list()))
        }
        None if offered.len() == 1 => {
            let only = index.entries_of(target).next().map(|entry| entry.manifest());
            only.ok_or_else(|| anyhow!("{name} is an empty index"))
        }
        None => bail!("{name} offers several platforms; choose one with --platform: {}", list()),
    }
}

fn image_of(index: &View, manifest: ManifestId, name: String) -> anyhow::Result<Located> {
    let found = index.manifest(manifest).ok_or_else(|| anyhow!("{name} leads nowhere in the index"))?;
    if let Some(id) = found.image() {
        return known(index, name, id, manifest);
    }
    match found.kind() {
        ManifestKind::Artifact | ManifestKind::Attestation => {
            bail!("{name} is no image but {}", found.media_type().unwrap_or_default())
        }
        ManifestKind::Index => bail!("{name} is an index inside an index; ask for one of its manifests by digest"),
        ManifestKind::Unread | ManifestKind::Image | ManifestKind::Schema1 => bail!(
            "the manifest {} of {name} was not fetched; see 'forebear-crawl failures', or ask with docker://",
            found.digest()
        ),
    }
}
