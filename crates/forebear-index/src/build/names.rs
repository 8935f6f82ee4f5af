//! Names: repositories, tags, and what tags were seen to lead to.

use std::collections::HashMap;

use forebear_facts::rows::FactSource;
use forebear_image::{Platform, Timestamp};
use zerocopy::little_endian::{I64, U16};

use crate::error::IndexError;
use crate::format::records::{self, Id, Key, Long, Observation, OtherDigest, Repository, Tag};
use crate::format::{FileWriter, NONE, Section, Target, id_of};
use crate::names::by_suffix;

use super::column::Column;
use super::seen::{self, Seen};
use super::stream::Stream;

const EPOCH: Timestamp = Timestamp { seconds: 0, nanos: 0 };

/// Names while they come in, by order of arrival.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32>,
    repositories: Vec<Repository>,
    tags: Vec<Tag>,
    /// With the manifest still to be filled in.
    observations: Vec<Observation>,
    seen: Seen,
    pub(super) observed_until: Option<Timestamp>,
}

/// How a repository is known.
#[derive(Clone, Copy, Debug)]
enum Listed {
    /// It was walked; and when all of it was.
    Walked(Option<Timestamp>),
    /// By its name, since the crawl has not come to it.
    Never,
}

impl Names {
    /// Reads all observations and repositories. The second part says which
    /// manifest each of the observations is of.
    pub(super) fn read(source: &impl FactSource, repositories_seen: Seen) -> Result<(Self, Vec<Key>), IndexError> {
        let mut names = Self { seen: repositories_seen, ..Self::default() };
        let mut listed: Vec<(String, Listed)> = Vec::new();
        let mut stream = Stream::of("repositories");
        let rows = source.repositories(&mut |row| {
            let name = row.name.to_string();
            stream.next(&name, || {
                listed.push((name.clone(), Listed::Walked(row.complete_at)));
                Ok(())
            });
        });
        stream.end(rows)?;
        let mut uncrawled = source.uncrawled().map_err(IndexError::Source)?;
        uncrawled.retain(|name| listed.binary_search_by(|(other, _)| other.cmp(name)).is_err());
        listed.extend(uncrawled.into_iter().map(|name| (name, Listed::Never)));
        listed.sort_by(|(a, _), (b, _)| a.cmp(b));
        // A listing told of them, and what they hold could not be read.
        let is_known = |name: &String| listed.binary_search_by(|(other, _)| other.cmp(name)).is_ok();
        let others: Vec<String> =
            names.seen.repositories.iter().map(|(name, _)| name).filter(|name| !is_known(name)).cloned().collect();
        listed.extend(others.into_iter().map(|name| (name, Listed::Walked(None))));
        listed.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut listed = listed.into_iter().peekable();
        let mut seen: Vec<Key> = Vec::new();
        let mut last: (String, String) = (String::new(), String::new());
        let mut order = (String::new(), String::new(), [EPOCH; 2], [0; 32]);
        let mut stream = Stream::of("observations");
        let rows = source.observations(&mut |row| {
            order.0.clear();
            order.0.push_str(row.repository);
            order.1.clear();
            order.1.push_str(row.tag);
            (order.2, order.3) = ([row.first_seen, row.last_seen], *row.manifest);
            stream.next(&order, || {
                if row.repository != last.0 {
                    while let Some((name, at)) = listed.next_if(|(name, _)| name.as_str() < row.repository) {
                        names.repository(&name, at)?;
                    }
                    let at = match listed.next_if(|(name, _)| name == row.repository) {
                        Some((_, Listed::Walked(at))) => at,
                        Some((_, Listed::Never)) | None => None,
                    };
                    names.repository(row.repository, Listed::Walked(at))?;
                    row.repository.clone_into(&mut last.0);
                    last.1.clear();
                }
                // No tag is empty.
                if row.tag != last.1 {
                    names.tag(row.tag)?;
                    row.tag.clone_into(&mut last.1);
                }
                names.observed_until = names.observed_until.max(Some(row.last_seen));
                seen.push(*row.manifest);
                let tag = id_of("tags", names.tags.len())?.saturating_sub(1);
                names.observations.push(Observation {
                    tag: Id::new(tag),
                    manifest: Id::new(NONE),
                    first_seconds: I64::new(row.first_seen.seconds),
                    last_seconds: I64::new(row.last_seen.seconds),
                    flags: Id::new(if row.ended { Observation::ENDED } else { 0 }),
                });
                Ok(())
            });
        });
        stream.end(rows)?;
        for (name, at) in listed {
            names.repository(&name, at)?;
        }
        Ok((names, seen))
    }

    fn repository(&mut self, name: &str, listed: Listed) -> Result<(), IndexError> {
        let (complete_at, flags) = match listed {
            Listed::Walked(at) => (at, 0),
            Listed::Never => (None, Repository::UNCRAWLED),
        };
        let first_tag = id_of("tags", self.tags.len())?;
        let name = Id::new(self.number(name)?);
        self.repositories.push(Repository {
            name,
            first_tag: Id::new(first_tag),
            listed_seconds: I64::new(complete_at.map_or(i64::MAX, |time| time.seconds)),
            flags: U16::new(flags),
            reserved: U16::new(0),
        });
        Ok(())
    }

    fn tag(&mut self, name: &str) -> Result<(), IndexError> {
        let repository = id_of("repositories", self.repositories.len())?.saturating_sub(1);
        let first_observation = id_of("observations", self.observations.len())?;
        let name = Id::new(self.number(name)?);
        self.tags.push(Tag { repository: Id::new(repository), name, first_observation: Id::new(first_observation) });
        Ok(())
    }

    /// The number of a name.
    fn number(&mut self, name: &str) -> Result<u32, IndexError> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        let number = id_of("names", self.numbers.len())?;
        self.numbers.insert(name.into(), number);
        Ok(number)
    }

    /// Writes everything that is a name. `manifests` are the places of what
    /// was observed.
    pub(super) fn write<W: Target>(
        mut self,
        manifests: &[u32],
        platforms: &[Platform],
        other_digests: &[(Key, String)],
        out: &mut FileWriter<W>,
    ) -> Result<(), IndexError> {
        for (_, text) in other_digests {
            self.number(text)?;
        }
        for platform in platforms {
            let parts = [Some(&platform.os), Some(&platform.architecture)].into_iter();
            for part in parts.chain([platform.variant.as_ref(), platform.os_version.as_ref()]).flatten() {
                self.number(part)?;
            }
        }
        let unread_rows = std::mem::take(&mut self.seen.unread);
        for text in unread_rows.iter().flat_map(|row| [&row.of, &row.what, &row.why]) {
            self.number(text)?;
        }
        let places = self.write_texts(out)?;
        let place = |number: Id| Id::new(places.get(number.get()));
        let of = |name: &str| Id::new(self.numbers.get(name).map_or(NONE, |number| places.get(*number)));
        let optional = |name: &Option<String>| name.as_deref().map_or(Id::new(NONE), of);
        let record = |p: &Platform| records::Platform {
            os: of(&p.os),
            architecture: of(&p.architecture),
            variant: optional(&p.variant),
            os_version: optional(&p.os_version),
        };
        out.table(Section::Platforms, &platforms.iter().map(record).collect::<Vec<_>>())?;
        let others = other_digests.iter().map(|(key, text)| OtherDigest { key: *key, text: of(text) });
        let unread = seen::unread(&unread_rows, of);
        out.table(Section::OtherDigests, &others.collect::<Vec<_>>())?;
        let texts: HashMap<u32, &str> = self.numbers.iter().map(|(name, number)| (*number, &**name)).collect();
        let text = |repository: &Repository| texts.get(&repository.name.get()).copied().unwrap_or_default();
        let mut by_last: Vec<(u32, &Repository)> = (0..).zip(&self.repositories).collect();
        by_last.sort_by(|(_, a), (_, b)| by_suffix(text(a), text(b)));
        let by_last: Vec<Id> = by_last.into_iter().map(|(id, _)| Id::new(id)).collect();
        out.table(Section::RepositoriesBySuffix, &by_last)?;
        let seen: Vec<records::Seen> = match self.seen.repositories.is_empty() {
            true => Vec::new(),
            false => self.repositories.iter().map(|repository| seen::seen(self.seen.of(text(repository)))).collect(),
        };
        drop(texts);
        self.repositories.iter_mut().for_each(|repository| repository.name = place(repository.name));
        self.tags.iter_mut().for_each(|tag| tag.name = place(tag.name));
        for (observation, manifest) in self.observations.iter_mut().zip(manifests) {
            observation.manifest = Id::new(*manifest);
        }
        out.table(Section::Repositories, &self.repositories)?;
        out.table(Section::Tags, &self.tags)?;
        out.table(Section::Observations, &self.observations)?;
        if !seen.is_empty() {
            out.table(Section::RepositoriesSeen, &seen)?;
        }
        if !unread.is_empty() {
            out.table(Section::Unread, &unread)?;
        }
        Ok(())
    }

    /// Writes all names in their order. Returns the place of each number.
    fn write_texts<W: Target>(&self, out: &mut FileWriter<W>) -> Result<Column<u32>, IndexError> {
        let mut sorted: Vec<(&str, u32)> = self.numbers.iter().map(|(name, number)| (&**name, *number)).collect();
        sorted.sort_unstable();
        let mut places = Column::of(0_u32, sorted.len());
        let mut offsets = vec![Long::new(0)];
        let mut at = 0;
        out.begin(Section::NameBytes);
        for (place, (name, number)) in (0..).zip(&sorted) {
            places.set(*number, place);
            out.write(name.as_bytes())?;
            at += name.len() as u64;
            offsets.push(Long::new(at));
        }
        out.end()?;
        out.table(Section::NameOffsets, &offsets)?;
        Ok(places)
    }
}
