//! `repositories`.

use forebear_index::RepositoryId;

use crate::column::{Column, Kind, Source, Unit, column};
use crate::registry::registry_of;
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct Repositories;

/// When what a registry tells of a repository is null.
const NOT_TOLD: &str = "the registry did not tell; as of an earlier time, it told later: not known";

const COLUMNS: &[Column] = &[
    column("repository", Kind::Text, &[Source::Crawl], "Canonical name, docker.io/library/alpine; key of this table."),
    column("registry", Kind::Word, &[Source::Crawl], "Registry: the first part of the name."),
    column("namespace", Kind::Text, &[Source::Crawl], "What is between registry and last part of the name.")
        .or_null("the name has one part after the registry"),
    column(
        "official",
        Kind::Flag,
        &[Source::Derived],
        "Whether it is one of Docker Hub's official repositories: docker.io/library alone.",
    ),
    column(
        "first_seen",
        Kind::Time,
        &[Source::Crawl],
        "Start of the first run to which the registry said that it is there.",
    )
    .or_null("it never did"),
    column(
        "last_seen",
        Kind::Time,
        &[Source::Crawl],
        "Start of the last run to which it did; as of an earlier time, that time itself where a later run saw it too.",
    )
    .or_null("it never did"),
    column(
        "last_listed",
        Kind::Time,
        &[Source::Crawl],
        "Start of the last run that got its list of tags, whole or narrowed, or the answer that it is gone.",
    )
    .or_null("no run ever did; as of an earlier time, a later run did too: not known"),
    column("gone", Kind::Flag, &[Source::Crawl], "Whether that answer was that there is no such repository.")
        .or_null("last_listed is"),
    column("tags", Kind::Number(Unit::Tags), &[Source::Crawl], "Tags ever seen, those that ended included."),
    column("pull_count", Kind::Number(Unit::Pulls), &[Source::Registry], "Pulls, as the registry told them.")
        .or_null(NOT_TOLD),
    column("star_count", Kind::Number(Unit::Stars), &[Source::Registry], "Stars, as the registry told them.")
        .or_null(NOT_TOLD),
    column("date_registered", Kind::Time, &[Source::Registry], "When it was registered, as the registry told it.")
        .or_null(NOT_TOLD),
    column("last_updated", Kind::Time, &[Source::Registry], "When it was last updated, as the registry told it.")
        .or_null(NOT_TOLD),
    column(
        "told_at",
        Kind::Time,
        &[Source::Registry],
        "Start of the last run that it told pulls, stars and these times to.",
    )
    .or_null(NOT_TOLD),
];

impl Table for Repositories {
    fn name(&self) -> &'static str {
        "repositories"
    }
    fn row(&self) -> &'static str {
        "a repository"
    }
    fn key(&self) -> &'static [&'static str] {
        &["repository"]
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
        let seen = view.repository_seen(id);
        let tags =
            view.tags_of(id).filter(|tag| view.observations_of_tag(*tag).any(|own| view.name(own).is_some())).count();
        let told = seen.told.as_ref();
        push(
            registry,
            vec![
                name.into(),
                registry.into(),
                namespace.into(),
                (registry == "docker.io" && namespace == Some("library")).into(),
                seen.first_seen.into(),
                seen.last_seen.into(),
                seen.last_listed.into(),
                seen.last_listed.map(|_| seen.gone).into(),
                tags.into(),
                told.and_then(|own| own.pulls).into(),
                told.and_then(|own| own.stars).into(),
                told.and_then(|own| own.registered).into(),
                told.and_then(|own| own.updated).into(),
                told.map(|own| own.at).into(),
            ],
        );
    }
}
