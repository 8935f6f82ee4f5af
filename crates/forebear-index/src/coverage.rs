//! What was crawled, when, and what is missing: of each registry, of each
//! repository, as of a view's time.

use std::collections::BTreeMap;

use forebear_image::Timestamp;
use forebear_image::descend::MAX_NESTING;
use serde::Serialize;

use crate::format::records::Manifest;
use crate::ids::{ImageId, ManifestId, RepositoryId};
use crate::names::Unread;
use crate::view::View;

/// What the index holds of a registry or of one repository. What several
/// repositories have in common counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The registry's name, or the repository's full name.
    pub name: String,
    /// Repositories that were ever walked or seen.
    pub repositories: u64,
    /// Of those, repositories of which some run listed all tags and walked them.
    pub repositories_complete: u64,
    /// Of those, repositories of which it is not known as of an earlier time: a later run
    /// did, and whether one had by then is not kept.
    pub repositories_complete_unknown: u64,
    /// Of those, repositories that a registry listed and of which nothing was asked
    /// yet, to this day: the crawl has not come to them.
    pub repositories_uncrawled: u64,
    /// Start of the run of the complete listing that is longest ago, of each
    /// repository's last one. Null where `repositories_complete_unknown` is not 0.
    pub listed_oldest: Option<Timestamp>,
    /// Start of the run of the latest complete listing. Null where that is not 0, too.
    pub listed_newest: Option<Timestamp>,
    /// Start of the first run that saw one of its tags.
    pub observed_from: Option<Timestamp>,
    /// Start of the last run that saw one of its tags; as of an earlier time, the last of
    /// which it is still known.
    pub observed_until: Option<Timestamp>,
    /// Tags ever seen.
    pub tags: u64,
    /// Of those, tags that are gone.
    pub tags_ended: u64,
    /// Tag observations.
    pub observations: u64,
    /// Manifests and indexes that its tags lead or led to and that were read.
    pub manifests: u64,
    /// Those that its tags or indexes refer to and that were never read.
    pub manifests_unread: u64,
    /// Images.
    pub images: u64,
    /// Images whose config was not read.
    pub images_unread: u64,
    /// What was unread when the last run ended, and why. Empty as of an earlier time, of
    /// which it is not known.
    pub unread: Vec<UnreadCount>,
}

impl Coverage {
    /// How many repositories were listed completely, and of how many that is not known.
    #[must_use]
    pub fn complete_in_words(&self) -> String {
        match (self.repositories_complete, self.repositories_complete_unknown) {
            (some, 0) => some.to_string(),
            (0, _) => "not known".to_owned(),
            (some, unknown) => format!("{some}, of {unknown} not known"),
        }
    }
}

/// How much of one kind was unread, for one reason.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnreadCount {
    /// `list` (of tags or of repositories), `tag`, `manifest` or `config`.
    pub what: String,
    /// The code of a failure, as in reports of runs, or `not_reached`: the run ended before
    /// it came to it.
    pub why: String,
    /// How many.
    pub count: u64,
}

/// Coverage of each registry, by name.
#[must_use]
pub fn of_registries(view: &View) -> Vec<Coverage> {
    let mut registries: BTreeMap<&str, (Vec<RepositoryId>, Vec<Unread<'_>>)> = BTreeMap::new();
    for id in visible_repositories(view) {
        registries.entry(registry_of(view.repository_name(id))).or_default().0.push(id);
    }
    // There may be one of which nothing at all could be read.
    for unread in view.unread() {
        registries.entry(registry_of(unread.of)).or_default().1.push(unread);
    }
    let all = registries.into_iter();
    all.map(|(name, (own, unread))| Coverage { unread: counted(unread), ..of_some(view, name, &own) }).collect()
}

/// Repositories of which anything had been seen.
pub(crate) fn visible_repositories(view: &View) -> impl Iterator<Item = RepositoryId> {
    (0..view.repository_count()).map(RepositoryId).filter(|id| view.is_repository_visible(*id))
}

fn registry_of(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// Added up over names, by what and why.
fn counted<'a>(all: impl IntoIterator<Item = Unread<'a>>) -> Vec<UnreadCount> {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for Unread { of: _, what, why, count } in all {
        let sum = counts.entry((what, why)).or_default();
        *sum = sum.saturating_add(count);
    }
    let count = |((what, why), count): ((&str, &str), u64)| UnreadCount { what: what.into(), why: why.into(), count };
    counts.into_iter().map(count).collect()
}

/// Coverage of each repository, by name; of those that were listed and of which nothing
/// could be read too.
#[must_use]
pub fn of_repositories(view: &View) -> Vec<Coverage> {
    let mut all: Vec<Coverage> = visible_repositories(view).map(|id| of_repository(view, id)).collect();
    let mut unknown: Vec<&str> = view.unread().map(|unread| unread.of).collect();
    unknown.retain(|name| name.contains('/') && view.repository_called(name).is_none());
    unknown.dedup();
    all.extend(unknown.into_iter().map(|name| Coverage {
        unread: counted(view.unread_of(name)),
        repositories: 1,
        ..of_some(view, name, &[])
    }));
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// Coverage of one repository.
#[must_use]
pub fn of_repository(view: &View, id: RepositoryId) -> Coverage {
    let name = view.repository_name(id);
    Coverage { unread: counted(view.unread_of(name)), ..of_some(view, name, &[id]) }
}

/// Coverage of some repositories under a name, each thing counted once. What was unread
/// is left to the caller, who knows by which names it is told.
#[must_use]
pub fn of_some(view: &View, name: &str, repositories: &[RepositoryId]) -> Coverage {
    let mut found = Coverage { name: name.to_owned(), repositories: repositories.len() as u64, ..Coverage::default() };
    let mut manifests: Vec<ManifestId> = Vec::new();
    for id in repositories {
        let is_complete = view.is_complete(*id);
        found.repositories_complete_unknown += u64::from(is_complete.is_none());
        if let Some(listed) = view.repository_complete_at(*id).filter(|_| is_complete == Some(true)) {
            found.repositories_complete += 1;
            widen(&mut found.listed_oldest, &mut found.listed_newest, listed, listed);
        }
        found.repositories_uncrawled += u64::from(view.is_uncrawled(*id));
        for tag in view.tags_of(*id) {
            let mut ended = None;
            for observation in view.observations_of_tag(tag) {
                let Some(seen) = view.period(observation) else { continue };
                // Of what went on after the view's time it is not known which run saw it last until then.
                let last = if seen.went_on { seen.first } else { seen.last };
                widen(&mut found.observed_from, &mut found.observed_until, seen.first, last);
                found.observations += 1;
                ended = Some(seen.ended);
                manifests.extend(view.observed_manifest(observation));
            }
            // One that was first seen after the view's time is not there yet.
            found.tags += u64::from(ended.is_some());
            found.tags_ended += u64::from(ended == Some(true));
        }
    }
    if found.repositories_complete_unknown > 0 {
        (found.listed_oldest, found.listed_newest) = (None, None);
    }
    count_manifests(view, manifests, &mut found);
    found
}

fn widen(from: &mut Option<Timestamp>, until: &mut Option<Timestamp>, first: Timestamp, last: Timestamp) {
    *from = Some(from.map_or(first, |known| known.min(first)));
    *until = Some(until.map_or(last, |known| known.max(last)));
}

/// Counts these manifests, what they list, and their images, each once.
fn count_manifests(view: &View, mut all: Vec<ManifestId>, found: &mut Coverage) {
    let mut level = all.clone();
    for _ in 0..MAX_NESTING {
        sort(&mut level);
        let entries = level.iter().flat_map(|manifest| view.entries_of(*manifest));
        level = entries.map(|entry| entry.manifest()).collect();
        all.extend(&level);
    }
    sort(&mut all);
    let read = |id: &&ManifestId| view.manifest_record(**id).is_some_and(Manifest::is_read);
    found.manifests = all.iter().filter(read).count() as u64;
    found.manifests_unread = all.len() as u64 - found.manifests;
    let mut images: Vec<ImageId> = all.iter().filter_map(|id| view.image_of(*id)).collect();
    sort(&mut images);
    let unread = |id: &&ImageId| view.image(**id).is_some_and(|image| !image.is_read());
    found.images = images.len() as u64;
    found.images_unread = images.iter().filter(unread).count() as u64;
}

fn sort<T: Ord>(all: &mut Vec<T>) {
    all.sort_unstable();
    all.dedup();
}
