//! Images of the index, by reference or digest.

use std::collections::BTreeSet;

use forebear_image::descend::no_image;
use forebear_image::image::Identity;
use forebear_image::{ConfigDigest, Digest, ManifestDigest, Platform, Reference, media_type};
use forebear_index::find::{Prefix, Thing};
use forebear_index::{ManifestId, ManifestKind, ObservationId, RepositoryId, TagId, View};

use crate::error::AskError;
use crate::located::Located;
use crate::near;
use crate::note::Note;
use crate::options::AskOptions;

/// Names offered when one was not found.
const OFFERED: usize = 8;

/// Finds an image by reference or `repo@digest`.
pub(super) fn find(index: &View, options: &AskOptions, reference: &Reference) -> Result<Located, AskError> {
    if let Some(digest) = reference.digest {
        return by_digest(index, options, digest.0, &reference.to_string());
    }
    let (repository, note) = repository(index, reference)?;
    let wanted_tag = reference.tag.as_deref().unwrap_or("latest");
    let tag = index.find_tag(repository, wanted_tag).ok_or_else(|| no_such_tag(index, repository, wanted_tag))?;
    let name = index.tag_reference(tag).unwrap_or_else(|| reference.to_string());
    let (target, gone) = match index.tag_target(tag) {
        Some(target) => (target, None),
        None => last_target(index, tag, &name)?,
    };
    // The default holds for tags that offer several platforms.
    let platform = options.platform.clone().or_else(|| {
        let default = Platform::default_wanted();
        (distinct(&index.offered_platforms(target)) > 1).then_some(default)
    });
    let manifest = choose(index, target, platform.as_ref(), &name)?;
    Ok(image_of(index, manifest, name)?.noting(note).noting(gone))
}

/// A tag that was deleted still says what it last led to.
fn last_target(index: &View, tag: TagId, name: &str) -> Result<(ManifestId, Option<Note>), AskError> {
    let begun = |id: &ObservationId| index.name(*id).is_some();
    let last = index.observations_of_tag(tag).rev().find(begun);
    let seen = last.and_then(|last| index.name(last));
    let (last, seen) = last.zip(seen).ok_or_else(|| AskError::NotSeenYet(name.to_owned()))?;
    let target = index.observed_manifest(last).ok_or_else(|| AskError::TargetNotIndexed(name.to_owned()))?;
    Ok((target, Some(Note::TagGone { name: name.to_owned(), until: seen.last_seen })))
}

/// The repository that is meant: the one of that name, or where no registry was
/// named the only one that ends in it.
pub(crate) fn repository(index: &View, reference: &Reference) -> Result<(RepositoryId, Option<Note>), AskError> {
    if let Some(found) = index.find_repository(&reference.repository) {
        return Ok((found, None));
    }
    let asked = || reference.repository.clone();
    let not_indexed = || AskError::NotIndexed { name: asked(), near: near::repositories(index, &reference.repository) };
    if reference.registry_was_named {
        return Err(not_indexed());
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
        [] => Err(not_indexed()),
        [only] => {
            let found = index.repository_name(*only).to_owned();
            Ok((*only, Some(Note::OtherRepository { asked: asked(), found })))
        }
        several => {
            let names = several.iter().map(|id| index.repository_name(*id));
            Err(AskError::SeveralRepositories { asked: asked(), count: several.len(), offered: offered(names) })
        }
    }
}

/// Why there is no such tag, with those that are near it.
pub(crate) fn no_such_tag(index: &View, repository: RepositoryId, tag: &str) -> AskError {
    let tags: Vec<TagId> = index.tags_of(repository).collect();
    let is_uncrawled = index.is_uncrawled(repository);
    let repository = index.repository_name(repository).to_owned();
    if tags.is_empty() {
        return match is_uncrawled {
            true => AskError::NotCrawledYet(repository),
            false => AskError::NoTags(repository),
        };
    }
    let names = || tags.iter().map(|tag| index.tag_name(*tag));
    // Where there is one tag, it is meant, however it is called.
    let near = if tags.len() == 1 { names().map(str::to_owned).collect() } else { near::best(tag, names()) };
    let near = near.into_iter().map(|tag| format!("{}:{tag}", near::familiar(&repository))).collect();
    let offered = offered(names());
    AskError::NoSuchTag { repository, tag: tag.to_owned(), near, offered }
}

/// The first of many names, and how many more there are.
fn offered<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(OFFERED);
    let shown = names.take(OFFERED).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// Finds an image by the digest of a manifest, an index or a config.
pub(super) fn by_digest(index: &View, options: &AskOptions, digest: Digest, text: &str) -> Result<Located, AskError> {
    if let Some(manifest) = index.find_manifest(ManifestDigest(digest)) {
        let manifest = choose(index, manifest, options.platform.as_ref(), text)?;
        return image_of(index, manifest, text.to_owned());
    }
    let image = index.find_image(&Identity::Config(ConfigDigest(digest)));
    let image = image.ok_or_else(|| AskError::UnknownDigest(text.to_owned()))?;
    let located = Located::of_index(index, image);
    located.ok_or_else(|| AskError::DamagedEntry(text.to_owned()))
}

/// Finds an image by the beginning of a digest, as other answers print it.
pub(super) fn by_prefix(index: &View, options: &AskOptions, prefix: &Prefix, text: &str) -> Result<Located, AskError> {
    let things = index.find_things(prefix, OFFERED + 1);
    let is_image =
        |things: &Vec<Thing>| things.iter().any(|thing| matches!(thing, Thing::Manifest(_) | Thing::Config(_)));
    let images: Vec<Digest> = things.iter().filter(|(_, things)| is_image(things)).map(|(digest, _)| *digest).collect();
    match images.as_slice() {
        [only] => by_digest(index, options, *only, &only.to_string()),
        [] if things.is_empty() => Err(AskError::UnknownDigest(text.to_owned())),
        [] => Err(AskError::DigestOfLayer(text.to_owned())),
        several => {
            let shown: Vec<String> = several.iter().take(OFFERED).map(ToString::to_string).collect();
            Err(AskError::AmbiguousDigest { query: text.to_owned(), offered: shown.join(", ") })
        }
    }
}

/// How many images are offered; one that is listed twice is one.
fn distinct(offered: &[(ManifestId, Option<Platform>, bool)]) -> usize {
    offered.iter().map(|(manifest, ..)| manifest).collect::<BTreeSet<_>>().len()
}

/// The manifest for a platform: the target itself, or the fitting entry.
fn choose(index: &View, target: ManifestId, wanted: Option<&Platform>, name: &str) -> Result<ManifestId, AskError> {
    let Some(manifest) = index.manifest(target) else { return Err(AskError::LeadsNowhere(name.to_owned())) };
    if manifest.kind() != ManifestKind::Index {
        let own = manifest.image().and_then(|id| index.platform_of(id, Some(target)));
        return match (wanted, own) {
            (Some(wanted), Some(own)) if own.fit(wanted).is_none() => Err(AskError::WrongPlatform {
                name: name.to_owned(),
                own: Box::new(own),
                wanted: Box::new(wanted.clone()),
            }),
            _ => Ok(target),
        };
    }
    let offered = index.offered_platforms(target);
    let Some((first, ..)) = offered.first() else {
        let own_type =
            manifest.media_type().filter(|own| !matches!(*own, media_type::OCI_INDEX | media_type::DOCKER_LIST));
        let not_chosen = no_image(index.artifacts_of(target), [], own_type);
        return Err(AskError::descend(name, not_chosen.into()));
    };
    match wanted {
        Some(wanted) => {
            let no_such = || AskError::NoSuchPlatform {
                name: name.to_owned(),
                wanted: Box::new(wanted.clone()),
                offered: list(&offered),
            };
            index.for_platform(target, wanted).ok_or_else(no_such)
        }
        None if distinct(&offered) == 1 => Ok(*first),
        None => Err(AskError::ChoosePlatform { name: name.to_owned(), offered: list(&offered) }),
    }
}

/// What is offered, for people.
fn list(offered: &[(ManifestId, Option<Platform>, bool)]) -> String {
    let one = |(_, platform, read): &(ManifestId, Option<Platform>, bool)| {
        let platform = platform.as_ref().map_or_else(|| "one that names no platform".to_owned(), ToString::to_string);
        if *read { platform } else { format!("{platform} (not crawled)") }
    };
    offered.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn image_of(index: &View, manifest: ManifestId, name: String) -> Result<Located, AskError> {
    let Some(found) = index.manifest(manifest) else { return Err(AskError::LeadsNowhere(name)) };
    let Some(id) = found.image() else {
        return Err(match found.kind() {
            ManifestKind::Artifact | ManifestKind::Attestation => {
                AskError::NotAnImage { name, what: media_type::called(found.media_type().unwrap_or_default()) }
            }
            ManifestKind::Index => AskError::Nested { name, depth: "an index".to_owned() },
            ManifestKind::Unread | ManifestKind::Image | ManifestKind::Schema1 => {
                AskError::NotFetched { digest: found.digest(), name }
            }
        });
    };
    let Some(image) = index.load(id, Some(manifest)) else { return Err(AskError::DamagedEntry(name)) };
    let names = index.names_of(id).into_iter().map(|name| name.reference).collect();
    Ok(Located { reference: name, names, image, notes: Vec::new(), known: Some(id) })
}
