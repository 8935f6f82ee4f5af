//! What indexes are built from, in the order of its keys.

use std::collections::BTreeMap;

use forebear_facts::rows::{ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow};
use forebear_facts::{RepositoryFacts, TagObservation};
use sled::IVec;

use super::database::SledStore;
use super::error::failed;
use super::keys::{self, Kind};
use super::texts::number;
use crate::error::StoreError;

impl SledStore {
    /// Rows of a kind by key. Those under a SHA-256 and those of schema 1
    /// manifests lie in that order; of the others, which are few, the keys are
    /// sorted.
    fn each_keyed(
        &self,
        kind: Kind,
        each: &mut dyn FnMut(&Key, &IVec) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut others: BTreeMap<Key, IVec> = BTreeMap::new();
        for place in self.database.scan_prefix(keys::prefix(kind, &[1])).keys() {
            let place = place.map_err(failed)?;
            others.extend(keys::parse_digest(&place).map(|digest| (digest.key(), place)));
        }
        let lying = |mark: u8| {
            let rows = self.database.scan_prefix(keys::prefix(kind, &[mark]));
            let keyed = rows.map(|entry| {
                let (place, row) = entry.map_err(failed)?;
                let key: Option<Key> = place.get(2..).and_then(|key| key.try_into().ok());
                Ok((key.ok_or_else(|| damaged("key"))?, row))
            });
            keyed.peekable()
        };
        let rest = others.into_iter().map(|(key, place)| {
            let row = self.bytes(&place)?;
            Ok((key, row.ok_or_else(|| damaged("row"))?))
        });
        let (mut own, mut implied, mut rest) = (lying(0), lying(keys::SCHEMA1), rest.peekable());
        loop {
            // An error comes first, and ends it.
            let key = |next: Option<&Result<(Key, IVec), StoreError>>| match next {
                Some(Ok((key, _))) => (1, *key),
                Some(Err(_)) => (0, Key::default()),
                None => (2, Key::default()),
            };
            let keys = [key(own.peek()), key(implied.peek()), key(rest.peek())];
            let next = match keys.iter().min() {
                Some((2, _)) | None => return Ok(()),
                least if least == keys.first() => own.next(),
                least if least == keys.get(1) => implied.next(),
                _ => rest.next(),
            };
            if let Some(next) = next {
                let (key, row) = next?;
                each(&key, &row)?;
            }
        }
    }
}

fn damaged(what: &'static str) -> StoreError {
    StoreError::Row { what, reason: "its row is cut off".to_owned() }
}

impl FactSource for SledStore {
    fn texts(&self, each: &mut dyn FnMut(TextRow<'_>)) -> Result<(), SourceError> {
        for entry in self.database.scan_prefix(keys::prefix(Kind::Text, &[])) {
            let (key, row) = entry.map_err(failed)?;
            let text = row.get(8..).and_then(|text| std::str::from_utf8(text).ok());
            let key: Option<&Key> = key.get(1..).and_then(|key| key.try_into().ok());
            let (Some(key), Some(text)) = (key, text) else { return Err(damaged("text").into()) };
            each(TextRow { key, id: number(&row, 0), trimmed: number(&row, 4), text });
        }
        Ok(())
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        for entry in self.database.scan_prefix(keys::prefix(Kind::OtherDigest, &[])) {
            let (key, text) = entry.map_err(failed)?;
            let key: Option<&Key> = key.get(1..).and_then(|key| key.try_into().ok());
            if let (Some(key), Ok(text)) = (key, std::str::from_utf8(&text)) {
                each((key, text));
            }
        }
        Ok(())
    }

    fn configs(&self, each: &mut dyn FnMut((&Key, ConfigRow<'_>))) -> Result<(), SourceError> {
        Ok(self.each_keyed(Kind::Config, &mut |key, row| {
            each((key, ConfigRow::read(row).ok_or_else(|| damaged("config"))?));
            Ok(())
        })?)
    }

    fn manifests(&self, each: &mut dyn FnMut((&Key, ManifestRow<'_>))) -> Result<(), SourceError> {
        Ok(self.each_keyed(Kind::Manifest, &mut |key, row| {
            each((key, ManifestRow::read(row).ok_or_else(|| damaged("manifest"))?));
            Ok(())
        })?)
    }

    fn observations(&self, each: &mut dyn FnMut(ObservationRow<'_>)) -> Result<(), SourceError> {
        Ok(self.each_row("observation", &keys::prefix(Kind::Observation, &[]), &mut |row: TagObservation| {
            let (repository, manifest) = (row.repository.to_string(), row.digest.0.key());
            each(ObservationRow {
                repository: &repository,
                tag: &row.tag,
                manifest: &manifest,
                first_seen: row.first_seen,
                last_seen: row.last_seen,
                ended: row.ended,
            });
        })?)
    }

    fn repositories(&self, each: &mut dyn FnMut(RepositoryFacts)) -> Result<(), SourceError> {
        Ok(self.each_row("repository", &keys::prefix(Kind::Repository, &[]), each)?)
    }
}
