//! Tags of repositories, and what they lead to.

use std::ops::Range;

use crate::format::Section;
use crate::format::records::{Observation, Repository, Tag};
use crate::ids::{ManifestId, ObservationId, RepositoryId, TagId};
use crate::view::View;

impl View {
    /// How many tags there are.
    pub(crate) fn tag_count(&self) -> u32 {
        self.count_of::<Tag>(Section::Tags)
    }

    /// Tags of a repository, past ones included, in order of their names.
    pub fn tags_of(&self, id: RepositoryId) -> impl DoubleEndedIterator<Item = TagId> {
        self.tag_range(id).map(TagId)
    }

    fn tag_range(&self, id: RepositoryId) -> Range<u32> {
        let first = |id: u32| self.at::<Repository>(Section::Repositories, id).map(|r| r.first_tag.get());
        let all = self.tag_count();
        first(id.0).unwrap_or(all)..first(id.0.saturating_add(1)).unwrap_or(all).min(all)
    }

    /// A tag of a repository.
    #[must_use]
    pub fn find_tag(&self, repository: RepositoryId, tag: &str) -> Option<TagId> {
        let range = self.tag_range(repository);
        let tags = self.table::<Tag>(Section::Tags).get(range.start as usize..range.end as usize)?;
        let at = tags.binary_search_by(|known| self.name_text(known.name).cmp(tag)).ok()?;
        Some(TagId(range.start + u32::try_from(at).ok()?))
    }

    /// A tag's own name.
    #[must_use]
    pub fn tag_name(&self, id: TagId) -> &str {
        self.at::<Tag>(Section::Tags, id.0).map_or("", |tag| self.name_text(tag.name))
    }

    /// `repository:tag`.
    #[must_use]
    pub fn tag_reference(&self, id: TagId) -> Option<String> {
        let tag: &Tag = self.at(Section::Tags, id.0)?;
        let repository: &Repository = self.at(Section::Repositories, tag.repository.get())?;
        Some(format!("{}:{}", self.name_text(repository.name), self.name_text(tag.name)))
    }

    /// Observations of a tag, oldest first.
    pub fn observations_of_tag(&self, id: TagId) -> impl DoubleEndedIterator<Item = ObservationId> {
        let first = |id: u32| self.at::<Tag>(Section::Tags, id).map(|t| t.first_observation.get());
        let all = self.count_of::<Observation>(Section::Observations);
        let range = first(id.0).unwrap_or(all)..first(id.0.saturating_add(1)).unwrap_or(all).min(all);
        range.map(ObservationId)
    }

    /// What a tag leads to now; `None` when it is gone.
    #[must_use]
    pub fn tag_target(&self, tag: TagId) -> Option<ManifestId> {
        let is_open = |id: &ObservationId| {
            self.observation(*id).is_some_and(|seen| self.had_begun(seen) && !self.had_ended(*id, seen))
        };
        self.observed_manifest(self.observations_of_tag(tag).rev().find(is_open)?)
    }
}
