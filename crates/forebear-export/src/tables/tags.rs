//! `tags`.

use forebear_index::RepositoryId;
use forebear_index::names::tag_kind;

use crate::column::{Column, Kind, Source, column};
use crate::registry::registry_of;
use crate::scope::Scope;
use crate::table::{Push, Table};

use super::observed::{ENDED, FIRST_SEEN, LAST_SEEN, REPOSITORY, TAG};

pub(crate) struct Tags;

const COLUMNS: &[Column] = &[
    REPOSITORY,
    TAG,
    column("digest", Kind::Digest, &[Source::Crawl], "What it led to: an index or a manifest; key of manifests.")
        .or_null("what it led to is not in the index"),
    FIRST_SEEN,
    LAST_SEEN,
    ENDED,
    column(
        "tag_kind",
        Kind::Word,
        &[Source::Derived],
        "By its text: semver (three numbers), date, hash, rolling (words alone, or a shorter version), other.",
    ),
];

impl Table for Tags {
    fn name(&self) -> &'static str {
        "tags"
    }
    fn row(&self) -> &'static str {
        "an observation of a tag"
    }
    fn key(&self) -> &'static [&'static str] {
        &["repository", "tag", "first_seen"]
    }
    fn note(&self) -> &'static str {
        "A tag that led to A, then to B and then to A again has three rows, two of them with A's digest. A tag that was \
         gone and came back has a row for each time, with the same digest if it led to the same. So tags are counted by \
         `count(DISTINCT (repository, tag))`. Of a row that ended, a later row of its tag tells that the tag moved or came \
         back; where there is none, the tag is gone, if the export is one of everything: filters leave rows out."
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
    fn weight(&self, scope: &Scope, thing: usize) -> usize {
        u32::try_from(thing).map_or(1, |id| scope.view.tags_of(RepositoryId(id)).count())
    }
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>) {
        let Ok(id) = u32::try_from(thing).map(RepositoryId) else { return };
        let view = &scope.view;
        let registry = registry_of(view.repository_name(id));
        let last_run = view.last_run_of(id);
        for tag in view.tags_of(id) {
            let text = view.tag_name(tag);
            for observation in view.observations_of_tag(tag).filter(|own| scope.has_observation(*own)) {
                let Some(name) = view.name(observation) else { continue };
                let digest = view.observed_manifest(observation).and_then(|own| view.manifest_digest(own));
                push(
                    registry,
                    vec![
                        view.repository_name(id).into(),
                        text.into(),
                        digest.map(|digest| digest.0).into(),
                        name.first_seen.into(),
                        name.last_seen.into(),
                        view.has_ended(observation, last_run).into(),
                        tag_kind(text).as_str().into(),
                    ],
                );
            }
        }
    }
}
