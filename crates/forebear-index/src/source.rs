//! Where facts come from, as the builder sees it.

use forebear_image::{ConfigDigest, ConfigFacts, ManifestDigest, ManifestFacts, RepositoryFacts, TagObservation};

/// An error of a fact source, whatever its own type.
pub type SourceError = Box<dyn std::error::Error + Send + Sync>;
/// Receives one fact after another.
pub type Each<'a, T> = &'a mut dyn FnMut(T);

/// Streams the facts an index is built from, each kind once, in any order.
///
/// A fact must not come twice: one observation per tag and start, one row per
/// digest.
pub trait FactSource {
    /// All configs that were read.
    ///
    /// # Errors
    /// Whatever the source's own reading fails with.
    fn configs(&self, each: Each<'_, (ConfigDigest, ConfigFacts)>) -> Result<(), SourceError>;

    /// All manifests and indexes that were read.
    ///
    /// # Errors
    /// As [`FactSource::configs`].
    fn manifests(&self, each: Each<'_, (ManifestDigest, ManifestFacts)>) -> Result<(), SourceError>;

    /// All tag observations, past ones included.
    ///
    /// # Errors
    /// As [`FactSource::configs`].
    fn observations(&self, each: Each<'_, TagObservation>) -> Result<(), SourceError>;

    /// All repositories ever walked, empty ones included.
    ///
    /// # Errors
    /// As [`FactSource::configs`].
    fn repositories(&self, each: Each<'_, RepositoryFacts>) -> Result<(), SourceError>;
}

/// Facts held in memory: for tests, generators and single images.
#[derive(Clone, Debug, Default)]
pub struct MemorySource {
    /// Configs.
    pub configs: Vec<(ConfigDigest, ConfigFacts)>,
    /// Manifests.
    pub manifests: Vec<(ManifestDigest, ManifestFacts)>,
    /// Tag observations.
    pub observations: Vec<TagObservation>,
    /// Repositories.
    pub repositories: Vec<RepositoryFacts>,
}

impl FactSource for MemorySource {
    fn configs(&self, each: Each<'_, (ConfigDigest, ConfigFacts)>) -> Result<(), SourceError> {
        self.configs.iter().cloned().for_each(each);
        Ok(())
    }

    fn manifests(&self, each: Each<'_, (ManifestDigest, ManifestFacts)>) -> Result<(), SourceError> {
        self.manifests.iter().cloned().for_each(each);
        Ok(())
    }

    fn observations(&self, each: Each<'_, TagObservation>) -> Result<(), SourceError> {
        self.observations.iter().cloned().for_each(each);
        Ok(())
    }

    fn repositories(&self, each: Each<'_, RepositoryFacts>) -> Result<(), SourceError> {
        self.repositories.iter().cloned().for_each(each);
        Ok(())
    }
}
