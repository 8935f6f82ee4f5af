//! When repositories were seen, what their registries told of them, and what of them
//! is unread.

use forebear_facts::Told;
use forebear_image::Timestamp;

use crate::format::Section;
use crate::format::records::{self, never};
use crate::ids::RepositoryId;
use crate::view::View;

/// When a repository was seen. Times are the starts of runs, in whole seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositorySeen {
    /// First run to which its registry said that it is there.
    pub first_seen: Option<Timestamp>,
    /// Last run to which it did.
    pub last_seen: Option<Timestamp>,
    /// Last run that had its list of tags, whole or narrowed, or the answer that it is
    /// not there.
    pub last_listed: Option<Timestamp>,
    /// Whether that is known, and what it was: a run after the view's time that had the list
    /// too leaves nothing of those before it.
    pub knows_listed: bool,
    /// Whether the answer then was that the registry knows no such repository.
    pub gone: bool,
    /// What its registry told of it last.
    pub told: Option<Told>,
}

/// How much of one kind a crawl wanted and did not get, for one reason, when the last
/// run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread<'a> {
    /// Full name of the repository; of what belongs to none, the registry's name.
    pub of: &'a str,
    /// `list`, `tag`, `manifest` or `config`.
    pub what: &'a str,
    /// The code of a failure, or [`Unread::NOT_REACHED`].
    pub why: &'a str,
    /// How many.
    pub count: u64,
}

impl Unread<'_> {
    /// Why of what a run ended before it had asked for.
    pub const NOT_REACHED: &'static str = "not_reached";
}

impl View {
    /// When a repository was seen, as of the view's time. An index of what earlier
    /// versions crawled tells by observations of its tags and by complete listings.
    #[must_use]
    pub fn repository_seen(&self, id: RepositoryId) -> RepositorySeen {
        let known = |time: &Timestamp| self.is_by_then(*time);
        let mut seen = self.at::<records::Seen>(Section::RepositoriesSeen, id.0).map(read).unwrap_or_default();
        for observation in self.tags_of(id).flat_map(|tag| self.observations_of_tag(tag)) {
            let Some(period) = self.period(observation) else { continue };
            seen.first_seen = Some(seen.first_seen.map_or(period.first, |first| first.min(period.first)));
            seen.last_seen = seen.last_seen.max(Some(period.last));
        }
        seen.last_listed = seen.last_listed.max(self.repository_complete_at(id));
        seen.knows_listed = seen.last_listed.as_ref().is_none_or(known);
        if self.as_of.is_some() {
            seen.first_seen = seen.first_seen.filter(known);
            // It was there in between, as far as anybody knows.
            seen.last_seen = seen.first_seen.and(seen.last_seen).min(self.as_of).filter(|_| seen.first_seen.is_some());
            seen.gone = seen.gone && seen.knows_listed;
            seen.last_listed = seen.last_listed.filter(known);
            seen.told = seen.told.filter(|told| known(&told.at));
        }
        seen
    }

    /// All that was unread when the last run ended, by name, what and why: lists of
    /// registries, and what belongs to repositories, those of which nothing could be
    /// read too. Empty in a view of an earlier time, of which it is not known.
    pub fn unread(&self) -> impl Iterator<Item = Unread<'_>> {
        self.known_unread().iter().map(|record| self.unread_at(record))
    }

    /// The same, of one repository or registry.
    pub fn unread_of(&self, name: &str) -> impl Iterator<Item = Unread<'_>> {
        let table = self.known_unread();
        let begin = table.partition_point(|record| self.name_text(record.of) < name);
        let end = table.partition_point(|record| self.name_text(record.of) <= name);
        table.get(begin..end).unwrap_or_default().iter().map(|record| self.unread_at(record))
    }

    /// Whether it is known what was unread: as of now, or a time since the last run.
    #[must_use]
    pub fn knows_unread(&self) -> bool {
        !self.is_earlier()
    }

    fn known_unread(&self) -> &[records::Unread] {
        if self.knows_unread() { self.table(Section::Unread) } else { &[] }
    }

    fn unread_at(&self, record: &records::Unread) -> Unread<'_> {
        Unread {
            of: self.name_text(record.of),
            what: self.name_text(record.what),
            why: self.name_text(record.why),
            count: record.count.get(),
        }
    }
}

fn read(record: &records::Seen) -> RepositorySeen {
    let some = |number: i64| (number != never::TIME).then_some(number);
    let seconds = |seconds: i64| some(seconds).map(|seconds| Timestamp { seconds, nanos: 0 });
    let micros = |micros: i64| some(micros).map(Timestamp::from_micros);
    let count = |count: u64| (count != never::COUNT).then_some(count);
    let told = seconds(record.told_seconds.get()).map(|at| Told {
        at,
        pulls: count(record.pulls.get()),
        stars: count(record.stars.get()),
        registered: micros(record.registered_micros.get()),
        updated: micros(record.updated_micros.get()),
    });
    RepositorySeen {
        first_seen: seconds(record.first_seconds.get()),
        last_seen: seconds(record.last_seconds.get()),
        last_listed: seconds(record.listed_seconds.get()),
        knows_listed: true,
        gone: record.flags.get() & records::Seen::GONE != 0,
        told,
    }
}
