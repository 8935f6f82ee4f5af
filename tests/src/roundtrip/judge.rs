//! What judges a reconstruction: a builder that builds it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// The builders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Builder {
    /// Docker's legacy builder.
    Legacy,
    /// Docker's embedded BuildKit.
    Buildkit,
    /// buildah, an image layer a step.
    Buildah,
}

impl Builder {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Legacy, Self::Buildkit, Self::Buildah];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Buildkit => "buildkit",
            Self::Buildah => "buildah",
        }
    }

    /// The builder of this name.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|builder| builder.as_str() == name);
        found.unwrap_or_else(|| panic!("no builder {name}"))
    }
}

impl fmt::Display for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A builder that runs.
pub trait Judge: Sync {
    /// Which one it is.
    fn builder(&self) -> Builder;

    /// How many builds it does well side by side.
    fn workers(&self) -> usize;

    /// Takes in an image in the form of `docker save`.
    fn load(&self, archive: &Path);

    /// Builds a Dockerfile without the cache.
    ///
    /// # Errors
    /// What the builder said, when it failed.
    fn build(
        &self,
        tag: &str,
        dockerfile: &str,
        context: &Path,
        arguments: &BTreeMap<String, String>,
    ) -> Result<(), String>;

    /// The config of an image, byte for byte.
    fn config(&self, tag: &str) -> Vec<u8>;
}
