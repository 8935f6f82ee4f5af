//! Publishing: the index is built from the stored facts and put where queries
//! find it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forebear_facts::Ahead;
use forebear_facts::rows::Timely;
use forebear_image::Timestamp;
use forebear_index::IndexError;
use forebear_store::{Store, StoreError};
use serde::Serialize;

use super::error::{Damage, RunError};
use super::uncrawled::WithUncrawled;
use crate::error::CrawlError;
use crate::selection::SelectionKey;

/// What was published.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// The index file.
    pub file: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Images in it.
    pub images: u32,
}

/// Builds the index of everything stored and publishes it in `folder`. Queries
/// that run meanwhile keep the file they opened.
///
/// # Errors
/// [`RunError::Damaged`] when something that was once committed is lost: the index
/// would hold less than the one in force. [`RunError::Index`] when facts cannot be
/// read or the file not written. The index in force stays. Damage of what is only
/// derived is mended on the way.
pub fn publish(store: &dyn Store, folder: &Path) -> Result<Published, RunError> {
    if let Some(damage) = Damage::of(store.lost()) {
        return Err(RunError::Damaged(damage));
    }
    let source = WithUncrawled::of(store, Timely::new(store, ahead(store)?))?;
    let publish = || forebear_index::publish::publish_from(folder, &source).map_err(of_store);
    let file = match publish() {
        // The store has given up that file, and makes its rows again.
        Err(RunError::Crawl(CrawlError::Store(error @ StoreError::Rows { .. }))) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "rows are made again from what is stored");
            publish()?
        }
        done => done?,
    };
    let index = forebear_index::Index::open(&file)?;
    Ok(Published { bytes: index.bytes().len() as u64, images: index.view().image_count(), file })
}

/// Of each registry what a clock left that was far ahead, once.
fn ahead(store: &dyn Store) -> Result<BTreeMap<String, Ahead>, StoreError> {
    let mut starts: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for run in store.runs()? {
        if let Some(key) = SelectionKey::parse(&run.selection) {
            starts.entry(key.registry().to_string()).or_default().push(run.started);
        }
    }
    Ok(starts.into_iter().filter_map(|(registry, starts)| Some((registry, Ahead::of(&starts)?))).collect())
}

/// The store's own error, where it is the cause: it knows what to do.
fn of_store(error: IndexError) -> RunError {
    match error {
        IndexError::Source(source) => match source.downcast::<StoreError>() {
            Ok(error) => RunError::from(*error),
            Err(source) => RunError::Index(IndexError::Source(source)),
        },
        other => RunError::Index(other),
    }
}

#[cfg(test)]
mod tests {
    use forebear_image::{ConfigDigest, config};
    use forebear_store::{Batch, FrontierStore as _, LocalStore, NewConfig, RunStore as _};

    use super::*;

    #[test]
    fn damage_of_derived_rows_costs_no_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
        let document = br#"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"#;
        let mut batch = Batch::of(1);
        batch.configs.push(NewConfig {
            digest: ConfigDigest::of(document),
            facts: config::parse(document).unwrap(),
            document: document.to_vec(),
        });
        store.commit(batch).unwrap();
        store.checkpoint().unwrap();
        let index = folder.path().join("index");
        let before = publish(&store, &index).unwrap();

        let mut rows = std::fs::read_dir(folder.path().join("store/rows")).unwrap();
        let file = rows.next().unwrap().unwrap().path();
        let mut bytes = std::fs::read(&file).unwrap();
        // In the first block.
        bytes[70] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(publish(&store, &index).unwrap().file, before.file, "a file is named by what is in it");
        assert!(!file.exists(), "given up");
        store.checkpoint().unwrap();
        drop(store);
        let store = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
        assert_eq!(publish(&store, &index).unwrap().file, before.file);
    }
}
