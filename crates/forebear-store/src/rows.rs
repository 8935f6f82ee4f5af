//! Rows that indexes are built from, as they lie in the database.

use std::collections::BTreeMap;

use forebear_image::rows::{
    ConfigRow, FactSource, Key, ManifestRow, ObservationRow, SourceError, TextRow, VERSION, kind,
};
use forebear_image::{ConfigFacts, Digest, ManifestFacts, RepositoryFacts, TagObservation};
use sled::IVec;

use crate::Store as _;
use crate::derive;
use crate::error::StoreError;
use crate::keys::{self, Kind};
use crate::sled::SledStore;
use crate::texts::{Writing, number};

/// Documents derived from in one batch.
const BATCH: usize = 500;

/// Reads a kept manifest.
pub(crate) fn parse_manifest(store: &SledStore, document: &[u8]) -> Result<ManifestFacts, StoreError> {
    let kept = |digest: &Digest| store.document(digest).map_err(|e| e.to_string());
    derive::manifest(document, kept).map_err(|reason| StoreError::Row { what: "manifest", reason })
}

/// Whether a manifest's row is an attestation's.
pub(crate) fn is_attestation(row: &[u8]) -> bool {
    ManifestRow::read(row).is_some_and(|row| row.head.kind.get() == kind::ATTESTATION)
}

fn parse_config(document: &[u8]) -> Result<ConfigFacts, StoreError> {
    derive::config(document).map_err(|reason| StoreError::Row { what: "config", reason })
}

/// Derives all rows anew from the kept documents if they were made by other
/// rules than today's. May be interrupted: it begins again.
pub(crate) fn bring_up_to_date(store: &SledStore) -> Result<(), StoreError> {
    let place = keys::prefix(Kind::Number, b"version");
    let version = store.database.get(&place)?.map(|row| number(&row, 0));
    if version == Some(VERSION) {
        return Ok(());
    }
    for kind in [Kind::Config, Kind::Manifest] {
        let mut batch = sled::Batch::default();
        let mut waiting = 0;
        for key in store.database.scan_prefix(keys::prefix(kind, &[])).keys() {
            derive_row(store, kind, &key?, &mut batch)?;
            waiting += 1;
            if waiting >= BATCH {
                store.database.apply_batch(std::mem::take(&mut batch))?;
                waiting = 0;
            }
        }
        store.database.apply_batch(batch)?;
    }
    store.database.insert(place, &VERSION.to_le_bytes())?;
    store.flush()
}

fn derive_row(store: &SledStore, kind: Kind, key: &IVec, batch: &mut sled::Batch) -> Result<(), StoreError> {
    let Some(digest) = keys::parse_digest(key) else { return Ok(()) };
    let Some(document) = store.document(&digest)? else { return Ok(()) };
    let mut numbers = store.numbers();
    let mut writing = Writing::new(&store.database, &mut numbers, batch);
    let derived = match kind {
        Kind::Manifest => parse_manifest(store, &document).map(|facts| writing.manifest(&digest, &facts)),
        _ => parse_config(&document).map(|facts| writing.config(&digest, &facts)),
    };
    match derived {
        Ok(written) => written?,
        // What a schema 1 manifest says of a config comes with the manifest.
        Err(_) if matches!(parse_manifest(store, &document), Ok(ManifestFacts::Schema1 { .. })) => {}
        Err(error) => {
            // Without a row it counts as never fetched: the next crawl fetches
            // it, and reports what is wrong with it.
            tracing::warn!(%digest, %error, "a kept document is not understood");
            writing.writes.remove(key);
        }
    }
    writing.finish();
    Ok(())
}

impl SledStore {
    /// Rows of a kind by key: those under a SHA-256 as they lie, the others,
    /// which are few, put in their places.
    fn each_keyed(
        &self,
        kind: Kind,
        each: &mut dyn FnMut(&Key, &IVec) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut others: BTreeMap<Key, IVec> = BTreeMap::new();
        for entry in self.database.scan_prefix(keys::prefix(kind, &[1])) {
            let (key, row) = entry?;
            others.extend(keys::parse_digest(&key).map(|digest| (digest.key(), row)));
        }
        for entry in self.database.scan_prefix(keys::prefix(kind, &[0])) {
            let (key, row) = entry?;
            let Some(digest) = keys::parse_digest(&key) else { continue };
            let own = digest.key();
            while let Some((other, row)) = others.pop_first() {
                if other > own {
                    others.insert(other, row);
                    break;
                }
                each(&other, &row)?;
            }
            each(&own, &row)?;
        }
        others.iter().try_for_each(|(key, row)| each(key, row))
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
