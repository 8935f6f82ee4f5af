//! What ends a crawl altogether.

use forebear_registry::RegistryError;
use forebear_store::StoreError;

/// Why a crawl could not go on. A single item that fails is no such error: it is
/// a row in the report.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The registry as a whole cannot be crawled.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The registry asks for credentials.
    #[error("{host} lets nobody in without credentials")]
    NeedsCredentials {
        /// Which registry.
        host: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CrawlError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Registry(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::NeedsCredentials { .. } => Some(
                "give an account in FOREBEAR_USERNAME and FOREBEAR_PASSWORD, or log in with docker login; see the job's 'auth'",
            ),
        }
    }
}
