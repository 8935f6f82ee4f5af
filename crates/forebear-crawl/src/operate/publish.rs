//! Publishing: the index is built from the stored facts and put where queries
//! find it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forebear_facts::Ahead;
use forebear_facts::rows::Timely;
use forebear_image::Timestamp;
use forebear_index::IndexError;
use forebear_store::{Store, StoreError};

use super::error::{Damage, RunError};
use crate::selection::SelectionKey;

/// What was published.
#[derive(Clone, Debug)]
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
/// read or the file not written. The index in force stays.
pub fn publish(store: &dyn Store, folder: &Path) -> Result<Published, RunError> {
    if let Some(damage) = Damage::of(store.lost()) {
        return Err(RunError::Damaged(damage));
    }
    let source = Timely::new(store, ahead(store)?);
    let file = forebear_index::publish::publish_from(folder, &source).map_err(of_store)?;
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
