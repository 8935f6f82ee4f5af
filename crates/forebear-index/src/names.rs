//! Names: which tags led to an image, and what they lead to now.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use forebear_image::{Platform, RepositoryName, Timestamp};

use crate::format::records::{self, Id};
use crate::format::{NONE, Section};
use crate::reader::{ImageId, Index, ManifestId, ObservationId, RepositoryId, TagId};

pub use crate::over_time::{NameOverTime, TagNow};
pub use crate::roles::{Role, RoleOf, roles};

/// Official images of Docker Hub live below this name.
const OFFICIAL: &str = "docker.io/library/";
/// Indexes inside indexes are followed this deep.
pub(crate) const MAX_NESTING: usize = 4;

/// Where a repository's full name stands beside those that end in `path`, read
/// from the last component to the first; equal for one that does.
fn suffix_order(name: &str, path: &str) -> Ordering {
    let mut own = name.rsplit('/');
    let mut compared = path.rsplit('/').map(|wanted| own.next().map_or(Ordering::Less, |own| own.cmp(wanted)));
    compared.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The order of `RepositoriesBySuffix`.
pub(crate) fn by_suffix(a: &str, b: &str) -> Ordering {
    a.rsplit('/').cmp(b.rsplit('/'))
}

/// One name of an image: a tag observed leading to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// `docker.io/library/alpine:3.19`.
    pub reference: String,
    /// The tag.
    pub tag: TagId,
    /// The observation.
    pub observation: ObservationId,
    /// First run that saw it.
    pub first_seen: Timestamp,
    /// Last run that saw it.
    pub last_seen: Timestamp,
    /// Whether the tag has moved on or is gone.
    pub ended: bool,
}

/// From when until when a tag was seen leading somewhere.
pub(crate) struct Period {
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
    pub(crate) ended: bool,
}

impl Name {
    /// Whether it is an official image of Docker Hub.
    #[must_use]
    pub fn is_official(&self) -> bool {
        self.reference.starts_with(OFFICIAL)
    }
}

impl Index {
    /// All names of an image, best first: official, current, longest known,
    /// shortest, alphabetical.
    #[must_use]
    pub fn names_of(&self, image: ImageId) -> Vec<Name> {
        self.ranked(self.observations_of_image(image))
    }

    /// All names of one manifest or index, best first.
    #[must_use]
    pub fn names_of_manifest(&self, manifest: ManifestId) -> Vec<Name> {
        self.ranked(self.observations_above(BTreeSet::from([manifest])).into_iter())
    }

    fn ranked(&self, observations: impl Iterator<Item = ObservationId>) -> Vec<Name> {
        let mut names: Vec<Name> = observations.filter_map(|o| self.name(o)).collect();
        names.sort_by(|a, b| {
            let order = |n: &Name| (!n.is_official(), n.ended, n.first_seen, n.reference.len());
            order(a).cmp(&order(b)).then_with(|| a.reference.cmp(&b.reference))
        });
        // One tag may have led here twice.
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.tag));
        names
    }

    /// Observations that led to an image, by any of its manifests or an index
    /// above one.
    pub(crate) fn observations_of_image(&self, image: ImageId) -> impl Iterator<Item = ObservationId> {
        let own = self.manifests_of(image).iter().map(|id| ManifestId(id.get()));
        self.observations_above(own.collect()).into_iter()
    }

    /// Observations that led to these manifests or to indexes above them. Each
    /// manifest is looked at once: indexes may list each other in many ways.
    fn observations_above(&self, manifests: BTreeSet<ManifestId>) -> BTreeSet<ObservationId> {
        let mut seen = manifests.clone();
        let mut level = manifests;
        for _ in 0..MAX_NESTING {
            let above = level.iter().flat_map(|manifest| self.indexes_of(*manifest)).map(|id| ManifestId(id.get()));
            level = above.filter(|manifest| seen.insert(*manifest)).collect();
        }
        seen.iter().flat_map(|manifest| self.observations_of(*manifest)).map(|id| ObservationId(id.get())).collect()
    }

    /// One observation as a name; `None` when it had not begun (see [`Index::as_of`]).
    #[must_use]
    pub fn name(&self, id: ObservationId) -> Option<Name> {
        let observation: &records::Observation = self.at(Section::Observations, id.0)?;
        if !self.had_begun(observation) {
            return None;
        }
        let last = observation.last_seconds.get();
        let time = |seconds: i64| Timestamp { seconds, nanos: 0 };
        Some(Name {
            reference: self.tag_reference(TagId(observation.tag.get()))?,
            tag: TagId(observation.tag.get()),
            observation: id,
            first_seen: time(observation.first_seconds.get()),
            last_seen: time(self.as_of.map_or(last, |as_of| last.min(as_of.seconds))),
            ended: self.had_ended(id, observation),
        })
    }

    /// From when until when an observation held, in today's index.
    pub(crate) fn period(&self, id: ObservationId) -> Option<Period> {
        let observation: &records::Observation = self.at(Section::Observations, id.0)?;
        let time = |seconds: i64| Timestamp { seconds, nanos: 0 };
        Some(Period {
            first: time(observation.first_seconds.get()),
            last: time(observation.last_seconds.get()),
            ended: observation.flags.get() & records::Observation::ENDED != 0,
        })
    }

    /// `repository:tag`.
    #[must_use]
    pub fn tag_reference(&self, id: TagId) -> Option<String> {
        let tag: &records::Tag = self.at(Section::Tags, id.0)?;
        let repository: &records::Repository = self.at(Section::Repositories, tag.repository.get())?;
        Some(format!("{}:{}", self.name_text(repository.name), self.name_text(tag.name)))
    }

    /// The best name of an image, or its digest where it has none.
    #[must_use]
    pub fn reference_of(&self, image: ImageId) -> String {
        let named = self.names_of(image).into_iter().next().map(|name| name.reference);
        let digest = || {
            let manifest = ManifestId::some(*self.manifests_of(image).first()?)?;
            self.manifest_digest(manifest).map(|digest| digest.to_string())
        };
        named.or_else(digest).unwrap_or_default()
    }

    /// A repository by its full name.
    #[must_use]
    pub fn find_repository(&self, name: &RepositoryName) -> Option<RepositoryId> {
        let wanted = name.to_string();
        let table = self.table::<records::Repository>(Section::Repositories);
        let at = table.binary_search_by(|r| self.name_text(r.name).cmp(&wanted)).ok()?;
        u32::try_from(at).ok().map(RepositoryId)
    }

    /// Repositories whose path is `path` or ends in `/path`, on any registry.
    #[must_use]
    pub fn repositories_ending_in(&self, path: &str) -> Vec<RepositoryId> {
        let order = self.table::<Id>(Section::RepositoriesBySuffix);
        let side = |id: &Id| suffix_order(self.repository_name(RepositoryId(id.get())), path);
        let start = order.partition_point(|id| side(id).is_lt());
        let rest = order.get(start..).unwrap_or_default();
        let count = rest.partition_point(|id| side(id).is_le());
        let mut found: Vec<_> = rest.iter().take(count).map(|id| RepositoryId(id.get())).collect();
        // A path alone is no repository's full name.
        found.retain(|id| self.repository_name(*id).len() > path.len());
        found.sort_unstable();
        found
    }

    /// A repository's full name.
    #[must_use]
    pub fn repository_name(&self, id: RepositoryId) -> &str {
        self.at::<records::Repository>(Section::Repositories, id.0).map_or("", |r| self.name_text(r.name))
    }

    /// Start of the last run that walked all of a repository.
    #[must_use]
    pub fn repository_complete_at(&self, id: RepositoryId) -> Option<Timestamp> {
        let record: &records::Repository = self.at(Section::Repositories, id.0)?;
        let seconds = record.listed_seconds.get();
        (seconds != i64::MAX).then_some(Timestamp { seconds, nanos: 0 })
    }

    /// How many repositories there are.
    #[must_use]
    pub fn repository_count(&self) -> u32 {
        u32::try_from(self.table::<records::Repository>(Section::Repositories).len()).unwrap_or(NONE)
    }

    /// Tags of a repository, past ones included, in order of their names.
    #[must_use]
    pub fn tags_of(&self, id: RepositoryId) -> Vec<TagId> {
        let first = |id: u32| self.at::<records::Repository>(Section::Repositories, id).map(|r| r.first_tag.get());
        let all = u32::try_from(self.table::<records::Tag>(Section::Tags).len()).unwrap_or(0);
        let range = first(id.0).unwrap_or(all)..first(id.0.saturating_add(1)).unwrap_or(all).min(all);
        range.map(TagId).collect()
    }

    /// A tag of a repository.
    #[must_use]
    pub fn find_tag(&self, repository: RepositoryId, tag: &str) -> Option<TagId> {
        let tags = self.tags_of(repository);
        let at = tags.binary_search_by(|id| self.tag_name(*id).cmp(tag)).ok()?;
        tags.get(at).copied()
    }

    /// A tag's own name.
    #[must_use]
    pub fn tag_name(&self, id: TagId) -> &str {
        self.at::<records::Tag>(Section::Tags, id.0).map_or("", |tag| self.name_text(tag.name))
    }

    /// Observations of a tag, oldest first.
    #[must_use]
    pub fn observations_of_tag(&self, id: TagId) -> Vec<ObservationId> {
        let first = |id: u32| self.at::<records::Tag>(Section::Tags, id).map(|t| t.first_observation.get());
        let all = u32::try_from(self.table::<records::Observation>(Section::Observations).len()).unwrap_or(0);
        let range = first(id.0).unwrap_or(all)..first(id.0.saturating_add(1)).unwrap_or(all).min(all);
        range.map(ObservationId).collect()
    }

    /// The manifest an observation led to.
    #[must_use]
    pub fn observed_manifest(&self, id: ObservationId) -> Option<ManifestId> {
        ManifestId::some(self.at::<records::Observation>(Section::Observations, id.0)?.manifest)
    }

    /// What a tag leads to now; `None` when it is gone.
    #[must_use]
    pub fn tag_target(&self, tag: TagId) -> Option<ManifestId> {
        let open = |o: &ObservationId| self.name(*o).is_some_and(|name| !name.ended);
        let current = self.observations_of_tag(tag).into_iter().rev().find(open)?;
        self.observed_manifest(current)
    }

    /// The manifest that `target` offers for a platform: itself, or an entry
    /// of the index it is.
    #[must_use]
    pub fn for_platform(&self, target: ManifestId, wanted: &Platform) -> Option<ManifestId> {
        if self.index_entries(target).is_empty() {
            return Some(target);
        }
        let offered = self.offered(target);
        let matching = |wants: &dyn Fn(&Platform) -> bool| {
            let wanted = offered.iter().find(|(_, platform)| platform.as_ref().is_some_and(wants));
            wanted.map(|(manifest, _)| *manifest)
        };
        matching(&|p| p.same(wanted)).or_else(|| matching(&|p| p.satisfies(wanted)))
    }

    /// What an index offers, in its order: entries, and those of indexes
    /// inside it. The platform is the entry's, or where an entry names none,
    /// the image's own.
    fn offered(&self, target: ManifestId) -> Vec<(ManifestId, Option<Platform>)> {
        let mut offered = Vec::new();
        let mut seen = BTreeSet::from([target]);
        let mut level = vec![target];
        for _ in 0..MAX_NESTING {
            let mut inside = Vec::new();
            for entry in level.iter().flat_map(|index| self.index_entries(*index)) {
                let Some(manifest) = ManifestId::some(entry.manifest) else { continue };
                if !self.index_entries(manifest).is_empty() {
                    inside.extend(Some(manifest).filter(|index| seen.insert(*index)));
                    continue;
                }
                let own = || self.platform_of(ImageId::some(self.manifest(manifest)?.image)?, None);
                offered.push((manifest, self.platform(entry.platform).or_else(own)));
            }
            level = inside;
        }
        offered
    }

    /// The manifest of an image that a name leads, or led, to.
    #[must_use]
    pub fn manifest_of_name(&self, image: ImageId, name: &Name) -> Option<ManifestId> {
        let own = self.manifests_of(image).iter().map(|id| ManifestId(id.get()));
        own.into_iter()
            .find(|manifest| self.observations_above(BTreeSet::from([*manifest])).contains(&name.observation))
    }

    /// First time any run saw the image, by any name: a tag may have left it
    /// and come back.
    #[must_use]
    pub fn first_seen(&self, image: ImageId) -> Option<Timestamp> {
        self.observations_of_image(image).filter_map(|o| self.name(o)).map(|name| name.first_seen).min()
    }

    /// The images that a manifest or index leads to, as far as they were read.
    pub(crate) fn images_under(&self, target: ManifestId) -> Vec<ImageId> {
        let image = |manifest| ImageId::some(self.manifest(manifest)?.image);
        if self.index_entries(target).is_empty() {
            return image(target).into_iter().collect();
        }
        self.offered(target).into_iter().filter_map(|(manifest, _)| image(manifest)).collect()
    }

    /// All platforms that a manifest or index offers, with whether each was read.
    #[must_use]
    pub fn offered_platforms(&self, target: ManifestId) -> Vec<(Platform, bool)> {
        let read = |id| self.manifest(id).is_some_and(|manifest| manifest.image.get() != NONE);
        self.offered(target).into_iter().filter_map(|(manifest, platform)| Some((platform?, read(manifest)))).collect()
    }
}
