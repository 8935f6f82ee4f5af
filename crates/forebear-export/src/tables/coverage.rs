//! `coverage`.

use forebear_index::coverage::{Coverage, of_repository, of_some};
use forebear_index::names::Unread;

use crate::cell::Cell;
use crate::column::{Column, Kind, Source, Unit, column};
use crate::covered::Covered;
use crate::registry::registry_of;
use crate::scope::Scope;
use crate::table::{Push, Table};

pub(crate) struct CoverageOf;

const COLUMNS: &[Column] = &[
    column("registry", Kind::Word, &[Source::Crawl], "The registry."),
    column("repository", Kind::Text, &[Source::Crawl], "The repository; key of repositories where it is one of them.")
        .or_null("the row is of the whole registry, each thing counted once"),
    column(
        "complete",
        Kind::Flag,
        &[Source::Crawl],
        "Whether some run listed all its tags and walked them; of a registry, of each of its repositories.",
    )
    .or_null("as of an earlier time, a later run did: not known whether one had by then; of a registry, of some"),
    column(
        "last_listed",
        Kind::Time,
        &[Source::Crawl],
        "Start of the last run that got its list of tags; of a registry, the latest of its repositories.",
    )
    .or_null("none did; as of an earlier time, a later run did too: not known; of a registry, of some"),
    column("tags", Kind::Number(Unit::Tags), &[Source::Crawl], "Tags ever seen, those that ended included."),
    column(
        "manifests_read",
        Kind::Number(Unit::Manifests),
        &[Source::Crawl],
        "Manifests and indexes that its tags lead or led to, read by now.",
    ),
    column("manifests_unread", Kind::Number(Unit::Manifests), &[Source::Crawl], "Those that were not read by now."),
    column(
        "failures",
        Kind::Number(Unit::Items),
        &[Source::Crawl],
        "Lists, tags, manifests and configs that were asked for and failed, as it stood when the last run ended.",
    )
    .or_null("as of a time before the last run ended: not known"),
    column(
        "not_reached",
        Kind::Number(Unit::Items),
        &[Source::Crawl],
        "Those that the last run ended before it had asked for.",
    )
    .or_null("as of a time before the last run ended: not known"),
];

impl Table for CoverageOf {
    fn name(&self) -> &'static str {
        "coverage"
    }
    fn row(&self) -> &'static str {
        "a registry, or a repository, that was asked for"
    }
    fn key(&self) -> &'static [&'static str] {
        &["registry", "repository"]
    }
    fn columns(&self) -> &'static [Column] {
        COLUMNS
    }
    fn sorted_by(&self) -> usize {
        2
    }
    fn things(&self, scope: &Scope) -> usize {
        scope.covered.len()
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Some(covered) = scope.covered.get(thing) else { return };
        let view = &scope.view;
        let (own, unread): (Coverage, Vec<Unread<'_>>) = match covered {
            Covered::Registry { name, repositories } => (
                of_some(view, name, repositories),
                view.unread().filter(|unread| registry_of(unread.of) == name).collect(),
            ),
            Covered::Repository(id) => (of_repository(view, *id), view.unread_of(view.repository_name(*id)).collect()),
            Covered::Unread(name) => (of_some(view, name, &[]), view.unread_of(name).collect()),
        };
        let listed = match covered {
            Covered::Registry { repositories, .. } => repositories.as_slice(),
            Covered::Repository(id) => std::slice::from_ref(id),
            Covered::Unread(_) => &[],
        };
        let listed: Vec<_> = listed.iter().map(|id| view.repository_seen(*id)).collect();
        let knows_listed = listed.iter().all(|seen| seen.knows_listed);
        let listed = listed.iter().filter_map(|seen| seen.last_listed).max().filter(|_| knows_listed);
        let repository = match covered {
            Covered::Registry { .. } => None,
            Covered::Repository(_) | Covered::Unread(_) => Some(own.name.as_str()),
        };
        let sum = |reached: bool| -> Cell<'_> {
            let some = unread.iter().filter(|unread| (unread.why != Unread::NOT_REACHED) == reached);
            view.knows_unread().then(|| some.map(|unread| unread.count).sum::<u64>()).into()
        };
        push(
            registry_of(&own.name),
            vec![
                registry_of(&own.name).into(),
                repository.into(),
                complete(&own).into(),
                listed.into(),
                own.tags.into(),
                own.manifests.into(),
                own.manifests_unread.into(),
                sum(true),
                sum(false),
            ],
        );
    }
}

/// Whether all of it is complete; `None` where all that is known of is, and of some it is not.
fn complete(own: &Coverage) -> Option<bool> {
    let known = own.repositories_complete + own.repositories_complete_unknown;
    match own.repositories > 0 && own.repositories == known {
        true => (own.repositories_complete_unknown == 0).then_some(true),
        false => Some(false),
    }
}
