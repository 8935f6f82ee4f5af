//! Repositories, tags and their observations.

use std::collections::BTreeMap;

use forebear_image::{RepositoryName, TagObservation, Timestamp};
use zerocopy::little_endian::{I64, U16};

use crate::error::IndexError;
use crate::format::records::{Id, Key, Observation, Repository, Tag};
use crate::reader::key_of;

use super::id_of;

/// The tables about names.
#[derive(Debug, Default)]
pub(super) struct NameTables {
    pub repositories: Vec<Repository>,
    pub tags: Vec<Tag>,
    pub observations: Vec<Observation>,
}

/// Sorts names into tables. `string` gives final string ids, `manifest` the
/// manifest's id.
pub(super) fn tables(
    repositories: &BTreeMap<RepositoryName, Option<Timestamp>>,
    mut seen: Vec<TagObservation>,
    string: impl Fn(&str) -> u32,
    manifest: impl Fn(&Key) -> u32,
) -> Result<NameTables, IndexError> {
    // By repository, tag, first seen: the order of the fields. Repositories
    // are looked up by full name, so they stand in the order of that text.
    let mut by_name: Vec<(String, &RepositoryName, Option<Timestamp>)> =
        repositories.iter().map(|(name, listed)| (name.to_string(), name, *listed)).collect();
    by_name.sort();
    seen.sort();
    let mut tables = NameTables::default();
    for (text, name, listed) in by_name {
        let repository = id_of("repositories", tables.repositories.len())?;
        let first_tag = id_of("tags", tables.tags.len())?;
        tables.repositories.push(Repository {
            name: Id::new(string(&text)),
            first_tag: Id::new(first_tag),
            listed_seconds: I64::new(listed.map_or(i64::MAX, |time| time.seconds)),
            flags: U16::new(0),
            reserved: U16::new(0),
        });
        let from = seen.partition_point(|o| o.repository < *name);
        let own = seen.get(from..).unwrap_or_default().iter().take_while(|o| o.repository == *name);
        let mut previous: Option<&str> = None;
        for observation in own {
            if previous != Some(observation.tag.as_str()) {
                tables.tags.push(Tag {
                    repository: Id::new(repository),
                    name: Id::new(string(&observation.tag)),
                    first_observation: Id::new(id_of("observations", tables.observations.len())?),
                });
                previous = Some(&observation.tag);
            }
            tables.observations.push(Observation {
                tag: Id::new(id_of("tags", tables.tags.len())?.saturating_sub(1)),
                manifest: Id::new(manifest(&key_of(&observation.digest.0))),
                first_seconds: I64::new(observation.first_seen.seconds),
                last_seconds: I64::new(observation.last_seen.seconds),
                flags: Id::new(if observation.ended { Observation::ENDED } else { 0 }),
            });
        }
    }
    Ok(tables)
}
