//! Rows that were made by other rules are made again.

use forebear_facts::rows::VERSION;
use forebear_facts::{TagObservation, derive};
use forebear_image::Digest;
use sled::IVec;

use super::database::SledStore;
use super::error::failed;
use super::keys::{self, Kind};
use super::texts::{Writing, number};
use crate::error::StoreError;

/// Documents derived from in one batch.
const BATCH: usize = 500;

/// Derives all rows anew from the kept documents if they were made by other
/// rules than today's. May be interrupted: it begins again.
pub(super) fn bring_up_to_date(store: &SledStore) -> Result<(), StoreError> {
    let place = keys::prefix(Kind::Number, b"version");
    let version = store.bytes(&place)?.map(|row| number(&row, 0));
    if version == Some(VERSION) {
        return Ok(());
    }
    // Texts and all that is derived from manifests are made anew with the rows.
    let leftovers = [(Kind::Text, None), (Kind::OtherDigest, None), (Kind::Config, Some(keys::SCHEMA1))];
    for (kind, mark) in leftovers {
        for key in store.database.scan_prefix(keys::prefix(kind, mark.as_slice())).keys() {
            store.database.remove(key.map_err(failed)?).map_err(failed)?;
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
                derive_row(store, kind, &key.map_err(failed)?, &mut writing)?;
            }
            writing.finish();
            store.apply_batch(batch)?;
        }
    }
    let observed = |row: TagObservation, batch: &mut sled::Batch| {
        if !matches!(row.digest.0, Digest::Sha256(_)) {
            let text = row.digest.to_string();
            batch.insert(keys::prefix(Kind::OtherDigest, &row.digest.0.key()), text.as_bytes());
        }
    };
    let mut batch = sled::Batch::default();
    store.each_row("observation", &keys::prefix(Kind::Observation, &[]), &mut |row| observed(row, &mut batch))?;
    store.apply_batch(batch)?;
    store.database.insert(place, &VERSION.to_le_bytes()).map_err(failed)?;
    store.flush_all()
}

fn derive_row(store: &SledStore, kind: Kind, key: &IVec, writing: &mut Writing<'_>) -> Result<(), StoreError> {
    let Some(digest) = keys::parse_digest(key) else { return Ok(()) };
    let derived = match (store.kept(&digest)?, kind) {
        (None, _) => Err(StoreError::Row { what: "document", reason: "it is not kept".to_owned() }),
        (Some(document), Kind::Manifest) => {
            let row = store.bytes(key)?.unwrap_or_default();
            store.kept_manifest(&document, &row).map(|facts| writing.manifest(&digest, &facts))
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
            let error = &error as &dyn std::error::Error;
            tracing::warn!(%digest, error, "a kept document is not understood");
            writing.writes.remove(key);
        }
    }
    Ok(())
}
