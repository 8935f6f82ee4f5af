//! Rows whose times are put right where a clock was ahead.

use std::collections::BTreeMap;

use forebear_image::Timestamp;

use super::key::Key;
use super::source::{FactSource, ObservationRow, SourceError, TextRow};
use super::unread::UnreadRow;
use super::view::{ConfigRow, ManifestRow};
use crate::ahead::Ahead;
use crate::repository::RepositoryFacts;
use crate::seen::{RepositorySeen, Told};

/// The rows of a source, their times as they are to be read.
#[derive(Debug)]
pub struct Timely<'a, S: ?Sized> {
    source: &'a S,
    /// By registry.
    ahead: BTreeMap<String, Ahead>,
}

impl<'a, S: FactSource + ?Sized> Timely<'a, S> {
    /// With what is known of each registry whose clock was ahead.
    #[must_use]
    pub fn new(source: &'a S, ahead: BTreeMap<String, Ahead>) -> Self {
        Self { source, ahead }
    }

    fn ahead(&self, repository: &str) -> Option<&Ahead> {
        self.ahead.get(repository.split_once('/').map_or(repository, |(registry, _)| registry))
    }
}

impl<S: FactSource + ?Sized> FactSource for Timely<'_, S> {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        self.source.texts(each)
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        self.source.other_digests(each)
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        self.source.configs(each)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        self.source.manifests(each)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        if self.ahead.is_empty() {
            return self.source.observations(each);
        }
        // The tag before, and when its last observation began and was over.
        let mut before = (String::new(), String::new(), Timestamp { seconds: 0, nanos: 0 });
        self.source.observations(&mut |row| {
            let Some(ahead) = self.ahead(row.repository) else { return each(row) };
            let (mut first_seen, last_seen) = (ahead.seen(row.first_seen, true), ahead.seen(row.last_seen, row.ended));
            let (repository, tag, over) = &mut before;
            if repository == row.repository && tag == row.tag {
                // They follow each other, as what they stand for did.
                let next = Timestamp { seconds: over.seconds.saturating_add(1), ..*over };
                first_seen = if row.first_seen == first_seen { first_seen } else { first_seen.max(next) };
            } else {
                row.repository.clone_into(repository);
                row.tag.clone_into(tag);
            }
            let last_seen = last_seen.max(first_seen);
            *over = last_seen;
            each(ObservationRow { first_seen, last_seen, ..row });
        })
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        self.source.repositories(&mut |facts| {
            let ahead = self.ahead.get(facts.name.registry.as_str());
            let complete_at = facts.complete_at.map(|time| ahead.map_or(time, |ahead| ahead.seen(time, false)));
            each(RepositoryFacts { complete_at, ..facts });
        })
    }

    fn uncrawled(&self) -> Result<Vec<String>, SourceError> {
        self.source.uncrawled()
    }

    fn seen(&self, each: &mut dyn FnMut(RepositorySeen)) -> Result<(), SourceError> {
        self.source.seen(&mut |seen| {
            let Some(ahead) = self.ahead.get(seen.name.registry.as_str()) else { return each(seen) };
            let put = |time: Option<Timestamp>, over| time.map(|time| ahead.seen(time, over));
            each(RepositorySeen {
                first_seen: put(seen.first_seen, true),
                last_seen: put(seen.last_seen, seen.gone),
                listed_at: put(seen.listed_at, false),
                told: seen.told.map(|told| Told { at: ahead.seen(told.at, false), ..told }),
                ..seen
            });
        })
    }

    fn unread(&self) -> Result<Vec<UnreadRow>, SourceError> {
        self.source.unread()
    }

    fn lost_records(&self) -> u64 {
        self.source.lost_records()
    }
}
