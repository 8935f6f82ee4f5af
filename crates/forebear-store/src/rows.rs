//! Rows that indexes are built from, as they lie in the database.

use std::collections::BTreeMap;

use forebear_facts::derive;
use forebear_facts::rows::{
    ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow, VERSION, kind,
};
use forebear_facts::{RepositoryFacts, TagObservation};
use forebear_image::{Digest, ManifestFacts};
use sled::IVec;

use crate::Store as _;
use crate::error::StoreError;
use crate::keys::{self, Kind};
use crate::sled::SledStore;
use crate::texts::{Writing, number};

/// Documents derived from in one batch.
const BATCH: usize = 500;

/// Reads a kept manifest.
pub(crate) fn parse_manifest(store: &SledStore, document: &[u8]) -> Result<ManifestFacts, StoreError> {
    derive::manifest(document, |digest| store.document(digest))
}

/// Whether a manifest's row is an attestation's.
pub(crate) fn is_attestation(row: &[u8]) -> bool {
    ManifestRow::read(row).is_some_and(|row| row.head.kind.get() == kind::ATTESTATION)
}

/// Derives all rows anew from the kept documents if they were made by other
/// rules than today's. May be interrupted: it begins again.
pub(crate) fn bring_up_to_date(store: &SledStore) -> Result<(), StoreError> {
    let place = keys::prefix(Kind::Number, b"version");
    let version = store.database.get(&place)?.map(|row| number(&row, 0));
    if version == Some(VERSION) {
        return Ok(());
    }
    // Texts and all that is derived from manifests are made anew with the rows.
    let leftovers = [(Kind::Text, None), (Kind::OtherDigest, None), (Kind::Config, Some(keys::SCHEMA1))];
    for (kind, mark) in leftovers {
        for key in store.database.scan_prefix(keys::prefix(kind, mark.as_slice())).keys() {
            store.database.remove(key?)?;
        }
    }
    store.numbers().forget();
    for kind in [Kind::Config, Kind::Manifest] {
        let mut keys = store.database.scan_prefix(keys::prefix(kind, &[])).keys().peekable();
        while keys.peek().is_some() {
            let mut batch = sled::Batch::default();
            let mut numbers = store.numbers();
            let mut writing = Writing::new(&store.database, &mut numbers, &mut batch);
            for key in keys.by_ref().take(BATCH) {
                derive_row(store, kind, &key?, &mut writing)?;
            }
            writing.finish();
            store.database.apply_batch(batch)?;
        }
    }
    let observed = |row: TagObservation, batch: &mut sled::Batch| {
        if !matches!(row.digest.0, Digest::Sha256(_)) {
            let text = row.digest.to_string();
            batch.insert(keys::prefix(Kind::OtherDigest, &row.digest.0.key()), text.as_bytes());
        }
    };
    let mut batch = sled::Batch::default();
    store.each_row("observation", keys::prefix(Kind::Observation, &[]), &mut |row| observed(row, &mut batch))?;
    store.database.apply_batch(batch)?;
    store.database.insert(place, &VERSION.to_le_bytes())?;
    store.flush()
}

fn derive_row(store: &SledStore, kind: Kind, key: &IVec, writing: &mut Writing<'_>) -> Result<(), StoreError> {
    let Some(digest) = keys::parse_digest(key) else { return Ok(()) };
    let derived = match (store.document(&digest)?, kind) {
        (None, _) => Err(StoreError::Row { what: "document", reason: "it is not kept".to_owned() }),
        (Some(document), Kind::Manifest) => {
            let was_attestation = store.database.get(key)?.is_some_and(|row| is_attestation(&row));
            parse_manifest(store, &document)
                .map(|facts| writing.manifest(&digest, &attestation_again(facts, was_attestation)))
        }
        (Some(document), _) => {
            derive::config(&document).map(|facts| writing.config(&digest, &facts)).map_err(StoreError::from)
        }
    };
    match derived {
        Ok(written) => written?,
        Err(error) => {
            // Without a row it counts as never fetched: the next crawl fetches
            // it, and reports what is wrong with it.
            tracing::warn!(%digest, %error, "a kept document is not understood");
            writing.writes.remove(key);
        }
    }
    Ok(())
}

/// What a manifest says, of which it was known that it is an attestation: one
/// whose statement is no provenance keeps nothing else that says so.
pub(crate) fn attestation_again(facts: ManifestFacts, was_attestation: bool) -> ManifestFacts {
    match facts {
        ManifestFacts::Artifact { .. } if was_attestation => {
            ManifestFacts::Attestation { subjects: Vec::new(), materials: Vec::new() }
        }
        facts => facts,
    }
}

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
            let place = place?;
            others.extend(keys::parse_digest(&place).map(|digest| (digest.key(), place)));
        }
        let lying = |mark: u8| {
            let rows = self.database.scan_prefix(keys::prefix(kind, &[mark]));
            let keyed = rows.map(|entry| {
                let (place, row) = entry?;
                let key: Option<Key> = place.get(2..).and_then(|key| key.try_into().ok());
                Ok((key.ok_or_else(|| damaged("key"))?, row))
            });
            keyed.peekable()
        };
        let rest = others.into_iter().map(|(key, place)| {
            let row = self.database.get(place)?;
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
            let (key, row) = entry?;
            let text = row.get(8..).and_then(|text| std::str::from_utf8(text).ok());
            let key: Option<&Key> = key.get(1..).and_then(|key| key.try_into().ok());
            let (Some(key), Some(text)) = (key, text) else { return Err(damaged("text").into()) };
            each(TextRow { key, id: number(&row, 0), trimmed: number(&row, 4), text });
        }
        Ok(())
    }

    fn other_digests(&self, each: &mut dyn FnMut((&Key, &str))) -> Result<(), SourceError> {
        for entry in self.database.scan_prefix(keys::prefix(Kind::OtherDigest, &[])) {
            let (key, text) = entry?;
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
        Ok(self.each_row("observation", keys::prefix(Kind::Observation, &[]), &mut |row: TagObservation| {
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
        Ok(self.each_row("repository", keys::prefix(Kind::Repository, &[]), each)?)
    }
}
