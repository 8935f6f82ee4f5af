//! `repositories`.

use forebear_image::Timestamp;
use forebear_index::RepositoryId;
use forebear_index::names::Name;

use crate::column::{Column, Kind, column};
use crate::scope::Scope;
use crate::scope::registry_of;
use crate::table::{Push, Table};

pub(crate) struct Repositories;

const COLUMNS: &[Column] = &[
    column("repository", Kind::Text, "Canonical name, docker.io/library/alpine; key of this table."),
    column("registry", Kind::Word, "Registry: the first part of the name."),
    column("namespace", Kind::Text, "What is between registry and last part of the name.")
        .or_null("the name has one part after the registry"),
    column("official", Kind::Flag, "Whether it is one of Docker Hub's official repositories: docker.io/library alone."),
    column("first_seen", Kind::Time, "Start of the first run that saw one of its tags.")
        .or_null("no tag of it was ever seen"),
    column("last_seen", Kind::Time, "Start of the last run that saw one of its tags.")
        .or_null("no tag of it was ever seen"),
    column("last_listed", Kind::Time, "Start of the last run that listed all its tags and walked them.")
        .or_null("no run ever did"),
    column("gone", Kind::Flag, "Whether the registry no longer had it when it was last asked for.")
        .or_null("not recorded"),
    column("tags", Kind::Number, "Tags ever seen, those that ended included."),
    column("pull_count", Kind::Number, "Pulls, as the registry told them.").or_null("the registry did not tell"),
    column("star_count", Kind::Number, "Stars, as the registry told them.").or_null("the registry did not tell"),
    column("date_registered", Kind::Time, "When it was registered, as the registry told it.")
        .or_null("the registry did not tell"),
    column("last_updated", Kind::Time, "When it was last updated, as the registry told it.")
        .or_null("the registry did not tell"),
];

impl Table for Repositories {
    fn name(&self) -> &'static str {
        "repositories"
    }
    fn row(&self) -> &'static str {
        "a repository"
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        1
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.view.repository_count() as usize
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(RepositoryId) else { return };
        let view = &scope.view;
        if !scope.has_repository(id) {
            return;
        }
        let name = view.repository_name(id);
        let registry = registry_of(name);
        let path = name.split_once('/').map_or(name, |(_, path)| path);
        let namespace = path.rsplit_once('/').map(|(namespace, _)| namespace);
        let seen: Vec<Name> =
            view.tags_of(id).flat_map(|tag| view.observations_of_tag(tag)).filter_map(|own| view.name(own)).collect();
        let tags =
            view.tags_of(id).filter(|tag| view.observations_of_tag(*tag).any(|own| view.name(own).is_some())).count();
        let told = Told::of(scope, id);
        push(
            registry,
            vec![
                name.into(),
                registry.into(),
                namespace.into(),
                (registry == "docker.io" && namespace == Some("library")).into(),
                seen.iter().map(|name| name.first_seen).min().into(),
                seen.iter().map(|name| name.last_seen).max().into(),
                listed(scope, id).into(),
                told.gone.into(),
                tags.into(),
                told.pull_count.into(),
                told.star_count.into(),
                told.date_registered.into(),
                told.last_updated.into(),
            ],
        );
    }
}

/// When a repository was last listed whole, as far as was known by the time that is asked for.
pub(super) fn listed(scope: &Scope, id: RepositoryId) -> Option<Timestamp> {
    let listed = scope.view.repository_complete_at(id)?;
    scope.view.as_of().is_none_or(|as_of| listed <= as_of).then_some(listed)
}

/// What a registry told of a repository beside its tags.
#[derive(Default)]
struct Told {
    gone: Option<bool>,
    pull_count: Option<u64>,
    star_count: Option<u64>,
    date_registered: Option<Timestamp>,
    last_updated: Option<Timestamp>,
}

impl Told {
    /// The index does not hold it yet: nothing is known.
    fn of(_scope: &Scope, _id: RepositoryId) -> Self {
        Self::default()
    }
}
