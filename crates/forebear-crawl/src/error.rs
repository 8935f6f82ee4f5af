//! What ends a crawl altogether.

use std::borrow::Cow;

use forebear_registry::{Account, RegistryError, Shown};
use forebear_store::StoreError;

/// Why a crawl could not go on. A single item that fails is no such error: it is
/// a row in the report.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The registry as a whole cannot be crawled.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The registry lets nobody in without credentials, or not with these.
    #[error("{}", not_let_in(host, shown))]
    NotLetIn {
        /// Which registry.
        host: String,
        /// Whom it was shown that asks.
        shown: Shown,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn not_let_in(host: &str, shown: &Shown) -> String {
    match shown {
        Shown::Nothing => format!("{host} requires authentication"),
        Shown::Account(account @ Account::User(_)) => format!("{host} rejected the credentials of {account} (401)"),
        Shown::Account(account @ Account::Token) => format!("{host} rejected {account} (401)"),
        Shown::TokenOf(account) => format!("{host} has no access for {account}"),
    }
}

impl CrawlError {
    /// What to do about it, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Registry(error) => error.hint().map(Cow::Borrowed),
            Self::Store(error) => error.hint().map(Cow::Borrowed),
            Self::NotLetIn { host, shown: Shown::Nothing } => Some(Cow::Owned(format!(
                "log in with 'docker login {host}' or 'podman login {host}', or set FOREBEAR_USERNAME and FOREBEAR_PASSWORD and use --auth env"
            ))),
            Self::NotLetIn { host, .. } => {
                Some(Cow::Owned(format!("log in again ('docker login {host}'), or use --auth none to ask anonymously")))
            }
        }
    }
}
