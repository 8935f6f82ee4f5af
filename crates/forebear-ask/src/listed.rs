//! What there is to ask about: repositories of the index, and the tags of one.

use forebear_image::{ManifestDigest, Platform, Reference, Timestamp};
use forebear_index::names::Name;
use forebear_index::{ObservationId, RepositoryId, TagId, View};
use globset::{GlobBuilder, GlobMatcher};
use serde::Serialize;

use crate::error::AskError;
use crate::glob_text::GLOB;
use crate::locate;
use crate::near;
use crate::note::Note;
use crate::observed::offered_by;

/// Which repositories are asked for.
#[derive(Clone, Debug, Default)]
pub struct RepositoriesRequest {
    /// Those whose name, the end of it, or a folder above it this glob is; all,
    /// when `None`.
    pub glob: Option<String>,
}

/// Repositories of the index.
#[derive(Clone, Debug, Serialize)]
pub struct RepositoriesAnswer {
    /// The glob that was asked for.
    pub glob: Option<String>,
    /// How many there are.
    pub total: usize,
    /// By name.
    pub repositories: Vec<RepositoryAnswer>,
    /// Where there is none: names that are near what was asked for.
    pub near: Vec<String>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// A repository.
#[derive(Clone, Debug, Serialize)]
pub struct RepositoryAnswer {
    /// Its full name.
    pub repository: String,
    /// Tags that are there now.
    pub tags: usize,
    /// Tags that were there once.
    pub tags_gone: usize,
    /// Start of the last run that listed it completely; null where none did, or as of an
    /// earlier time where one did later: only the last is known.
    pub last_listed: Option<Timestamp>,
    /// Whether some run had listed it completely; null as of an earlier time, where a later
    /// one did and whether one had by then is not known.
    pub complete: Option<bool>,
}

/// The tags of a repository.
#[derive(Clone, Debug, Serialize)]
pub struct TagsAnswer {
    /// Its full name.
    pub repository: String,
    /// How many there are.
    pub total: usize,
    /// By name.
    pub tags: Vec<ListedTagAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier.
    pub observed_until: Option<Timestamp>,
}

/// A tag, and what it leads to; of one that is gone, what it led to last.
#[derive(Clone, Debug, Serialize)]
pub struct ListedTagAnswer {
    /// The tag alone.
    pub tag: String,
    /// Repository and tag.
    pub reference: String,
    /// The manifest or index that it leads to.
    pub digest: Option<ManifestDigest>,
    /// Start of the run that first saw it lead there.
    pub first_seen: Timestamp,
    /// Start of the run that last saw it lead there; as of an earlier time, that time itself where
    /// a later run did.
    pub last_seen: Timestamp,
    /// Whether the tag is gone.
    pub ended: bool,
    /// What it offers.
    #[serde(serialize_with = "as_text")]
    pub platforms: Vec<Platform>,
}

fn as_text<S: serde::Serializer>(platforms: &[Platform], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(platforms.iter().map(ToString::to_string))
}

/// Finds repositories by a glob.
pub(crate) fn repositories(index: &View, request: &RepositoriesRequest) -> Result<RepositoriesAnswer, AskError> {
    let RepositoriesRequest { glob } = request;
    let matchers = glob.as_deref().map(around).transpose()?;
    let is_meant = |name: &str| matchers.as_ref().is_none_or(|all| all.iter().any(|one| one.is_match(name)));
    let all = (0..index.repository_count()).map(RepositoryId);
    let meant = all.filter(|id| is_meant(index.repository_name(*id)));
    let repositories: Vec<RepositoryAnswer> = meant.filter_map(|id| repository(index, id)).collect();
    let is_any = || (0..index.repository_count()).any(|id| is_meant(index.repository_name(RepositoryId(id))));
    let near = match (glob, repositories.is_empty()) {
        // What is there, and had not been seen by then, is spelt right.
        (Some(glob), true) if !is_any() => near_glob(index, glob),
        _ => Vec::new(),
    };
    let (glob, total) = (glob.clone(), repositories.len());
    Ok(RepositoriesAnswer { glob, total, repositories, near, observed_until: index.observed_until() })
}

/// A repository; `None` where nothing of it had been seen by the time asked about.
fn repository(index: &View, id: RepositoryId) -> Option<RepositoryAnswer> {
    if !index.is_repository_visible(id) {
        return None;
    }
    let (mut tags, mut tags_gone) = (0, 0);
    for tag in index.tags_of(id) {
        match last_of(index, tag) {
            Some((_, seen)) if seen.ended => tags_gone += 1,
            Some(_) => tags += 1,
            None => {}
        }
    }
    let last_listed = index.repository_complete_at(id).filter(|_| index.is_complete(id).is_some());
    let repository = index.repository_name(id).to_owned();
    Some(RepositoryAnswer { repository, tags, tags_gone, last_listed, complete: index.is_complete(id) })
}

/// Names that are near a glob which is a plain name.
fn near_glob(index: &View, glob: &str) -> Vec<String> {
    let name = glob.split(':').next().unwrap_or_default();
    name.parse::<Reference>().map(|reference| near::repositories(index, &reference.repository)).unwrap_or_default()
}

/// Lists the tags that are meant by `REPOSITORY` or `REPOSITORY:GLOB`.
pub(crate) fn tags(index: &View, text: &str) -> Result<(TagsAnswer, Vec<Note>), AskError> {
    let (id, meant, notes) = meant(index, text)?;
    let listed = |tag: TagId| {
        let (observation, seen) = last_of(index, tag)?;
        let manifest = index.observed_manifest(observation);
        let offered = manifest.map(|manifest| offered_by(index, manifest)).unwrap_or_default();
        let mut platforms: Vec<Platform> = Vec::new();
        for platform in offered.into_iter().filter_map(|image| image.platform) {
            if !platforms.contains(&platform) {
                platforms.push(platform);
            }
        }
        Some(ListedTagAnswer {
            tag: index.tag_name(tag).to_owned(),
            reference: seen.reference,
            digest: manifest.and_then(|manifest| Some(index.manifest(manifest)?.digest())),
            first_seen: seen.first_seen,
            last_seen: seen.last_seen,
            ended: seen.ended,
            platforms,
        })
    };
    let tags: Vec<ListedTagAnswer> = meant.into_iter().filter_map(listed).collect();
    let repository = index.repository_name(id).to_owned();
    let observed_until = index.observed_until();
    Ok((TagsAnswer { repository, total: tags.len(), tags, observed_until }, notes))
}

/// A repository and the tags that a text means: all, or those of a glob behind
/// the colon.
///
/// # Errors
/// Where there is no such repository, or no tag of this very name; for a glob over
/// repositories.
pub(crate) fn meant(index: &View, text: &str) -> Result<(RepositoryId, Vec<TagId>, Vec<Note>), AskError> {
    let (name, glob) = match text.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
        _ => (text, None),
    };
    if name.contains(GLOB) {
        return Err(AskError::SeveralNamed(name.to_owned()));
    }
    let reference: Reference = name.parse()?;
    let (id, note) = locate::repository(index, &reference)?;
    let tags: Vec<TagId> = match glob {
        None => index.tags_of(id).collect(),
        Some(glob) if glob.contains(GLOB) => {
            let matcher = glob_of(glob, glob)?;
            index.tags_of(id).filter(|tag| matcher.is_match(index.tag_name(*tag))).collect()
        }
        Some(tag) => vec![index.find_tag(id, tag).ok_or_else(|| locate::no_such_tag(index, id, tag))?],
    };
    Ok((id, tags, note.into_iter().collect()))
}

/// The last observation of a tag that had begun.
fn last_of(index: &View, tag: TagId) -> Option<(ObservationId, Name)> {
    index.observations_of_tag(tag).rev().find_map(|id| Some((id, index.name(id)?)))
}

/// A name itself or the end of one, and everything below it.
fn around(glob: &str) -> Result<[GlobMatcher; 2], AskError> {
    let trimmed = glob.trim_end_matches('/');
    Ok([glob_of(&format!("**/{trimmed}"), glob)?, glob_of(&format!("**/{trimmed}/**"), glob)?])
}

fn glob_of(glob: &str, text: &str) -> Result<GlobMatcher, AskError> {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    let wrong = |error: globset::Error| AskError::Glob { glob: text.to_owned(), why: error.kind().to_string() };
    Ok(built.map_err(wrong)?.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_over_names() {
        #[track_caller]
        fn check(glob: &str, name: &str, expected: bool) {
            let matchers = around(glob).unwrap();
            assert_eq!(matchers.iter().any(|one| one.is_match(name)), expected, "{glob} and {name}");
        }
        check("nginx", "docker.io/library/nginx", true);
        check("nginx", "docker.io/mirror/nginx", true);
        check("nginx", "docker.io/library/nginx-unit", false);
        check("ng*", "docker.io/library/nginx", true);
        check("library/*", "docker.io/library/nginx", true);
        check("docker.io", "docker.io/library/nginx", true);
        check("docker.io/*", "docker.io/library/nginx", true);
        check("acme/", "docker.io/acme/web", true);
        check("docker.io/library/nginx", "docker.io/library/nginx", true);
        check("docker.io/library/nginx", "ghcr.io/library/nginx", false);
        check("*", "ghcr.io/o/r", true);
        assert!(around("a[").is_err());
    }
}
