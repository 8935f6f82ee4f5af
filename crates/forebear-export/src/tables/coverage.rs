//! `coverage`.

use forebear_index::RepositoryId;
use forebear_index::coverage::of_repository;

use super::repositories::listed;
use crate::cell::Cell;
use crate::column::{Column, Kind, column};
use crate::scope::Scope;
use crate::scope::registry_of;
use crate::table::{Push, Table};

pub(crate) struct CoverageOf;

const COLUMNS: &[Column] = &[
    column("registry", Kind::Word, "The registry."),
    column("repository", Kind::Text, "The repository; key of repositories."),
    column("complete", Kind::Flag, "Whether some run listed all its tags and walked them."),
    column("last_listed", Kind::Time, "Start of the last run that did.").or_null("none did"),
    column("tags", Kind::Number, "Tags ever seen."),
    column("manifests_read", Kind::Number, "Manifests and indexes that its tags lead or led to, read."),
    column("manifests_unread", Kind::Number, "Those that were not read."),
    column("failures", Kind::Number, "Items that failed when the last run ended.").or_null("not recorded"),
];

impl Table for CoverageOf {
    fn name(&self) -> &'static str {
        "coverage"
    }
    fn row(&self) -> &'static str {
        "a repository that was asked for"
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.view.repository_count() as usize
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(RepositoryId) else { return };
        if !scope.has_repository(id) {
            return;
        }
        let own = of_repository(scope.view.index(), id);
        let registry = registry_of(&own.name);
        let listed = listed(scope, id);
        push(
            registry,
            vec![
                registry.into(),
                own.name.as_str().into(),
                listed.is_some().into(),
                listed.into(),
                own.tags.into(),
                own.manifests.into(),
                own.manifests_unread.into(),
                Cell::Null,
            ],
        );
    }
}
