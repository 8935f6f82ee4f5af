//! What all pages are made from.

use std::collections::{HashMap, HashSet};

use forebear_ask::Asker;
use forebear_ask::estate::{Estate, UserAnswer};
use forebear_image::Digest;
use forebear_page::Site;

use super::sheets::Sheets;
use crate::error::ExportError;
use crate::observer::ExportObserver;

/// What is asked while pages are made.
pub(super) struct Making<'a> {
    pub(super) asker: &'a Asker,
    pub(super) estate: &'a Estate,
    /// Repositories with a page.
    pub(super) repositories: HashSet<String>,
    /// Who builds on each repository.
    pub(super) users: HashMap<&'a str, Vec<UserAnswer>>,
    pub(super) sheets: &'a Sheets,
    pub(super) observer: &'a dyn ExportObserver,
}

impl Making<'_> {
    /// One more is done; fails where nobody waits for the rest.
    pub(super) fn advance(&self) -> Result<(), ExportError> {
        self.observer.advanced(1);
        if self.observer.is_cancelled() { Err(ExportError::Cancelled) } else { Ok(()) }
    }

    /// Makes a page that lies this many folders below the root.
    pub(super) fn with_site<T>(&self, depth: usize, make: impl FnOnce(&Site<'_>) -> T) -> T {
        let has_image = |digest: &Digest| self.estate.image(digest).is_some();
        let has_repository = |name: &str| self.repositories.contains(name);
        let root = "../".repeat(depth);
        make(&Site { root: &root, estate: self.estate, has_image: &has_image, has_repository: &has_repository })
    }
}
