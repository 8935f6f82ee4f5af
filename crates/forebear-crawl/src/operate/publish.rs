//! Publishing: the index is built from the stored facts and put where queries
//! find it.

use std::path::{Path, PathBuf};

use forebear_index::IndexError;
use forebear_store::Store;

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
/// [`IndexError`] when facts cannot be read or the file not written; the
/// index in force stays.
pub fn publish(store: &dyn Store, folder: &Path) -> Result<Published, IndexError> {
    let file = forebear_index::publish::publish_from(folder, store)?;
    let index = forebear_index::Index::open(&file)?;
    Ok(Published { bytes: index.bytes().len() as u64, images: index.view().image_count(), file })
}
