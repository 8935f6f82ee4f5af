//! Publishing: the index is built from the stored facts and put where queries
//! find it.

use std::path::{Path, PathBuf};

use forebear_image::{ConfigDigest, ConfigFacts, ManifestDigest, ManifestFacts, RepositoryFacts, TagObservation};
use forebear_index::source::{Each, FactSource, SourceError};
use forebear_store::Store;

use crate::error::CrawlError;

/// A store, seen as a source of facts.
struct Stored<'a>(&'a dyn Store);

impl FactSource for Stored<'_> {
    fn configs(&self, each: Each<'_, (ConfigDigest, ConfigFacts)>) -> Result<(), SourceError> {
        Ok(self.0.each_config(each)?)
    }

    fn manifests(&self, each: Each<'_, (ManifestDigest, ManifestFacts)>) -> Result<(), SourceError> {
        Ok(self.0.each_manifest(each)?)
    }

    fn observations(&self, each: Each<'_, TagObservation>) -> Result<(), SourceError> {
        Ok(self.0.each_observation(each)?)
    }

    fn repositories(&self, each: Each<'_, RepositoryFacts>) -> Result<(), SourceError> {
        Ok(self.0.each_repository(each)?)
    }
}

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
/// [`CrawlError`] when facts cannot be read or the file not written; the
/// index in force stays.
pub fn publish(store: &dyn Store, folder: &Path) -> Result<Published, CrawlError> {
    let bytes = forebear_index::build::build(&Stored(store))?;
    let file = forebear_index::publish::publish(folder, &bytes)?;
    let index = forebear_index::Index::open(&file)?;
    Ok(Published { bytes: bytes.len() as u64, images: index.image_count(), file })
}
