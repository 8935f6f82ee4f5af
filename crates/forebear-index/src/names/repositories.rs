//! Repositories, by name or by the end of one.

use forebear_image::{RepositoryName, Timestamp};

use super::suffix::suffix_order;
use crate::format::Section;
use crate::format::records::{self, Id};
use crate::ids::RepositoryId;
use crate::view::View;

impl View {
    /// A repository by its full name.
    #[must_use]
    pub fn find_repository(&self, name: &RepositoryName) -> Option<RepositoryId> {
        self.repository_called(&name.to_string())
    }

    /// The same, by the text of its full name.
    #[must_use]
    pub fn repository_called(&self, name: &str) -> Option<RepositoryId> {
        let table = self.table::<records::Repository>(Section::Repositories);
        let at = table.binary_search_by(|r| self.name_text(r.name).cmp(name)).ok()?;
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

    /// Whether a repository is known by its name alone: its registry listed it, and
    /// the crawl has not come to it.
    #[must_use]
    pub fn is_uncrawled(&self, id: RepositoryId) -> bool {
        let record: Option<&records::Repository> = self.at(Section::Repositories, id.0);
        record.is_some_and(|record| record.flags.get() & records::Repository::UNCRAWLED != 0)
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
        self.count_of::<records::Repository>(Section::Repositories)
    }
}
