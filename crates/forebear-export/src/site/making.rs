//! What all pages are made from.

use std::collections::{HashMap, HashSet};

use forebear_ask::Asker;
use forebear_ask::estate::{Estate, UserAnswer};
use forebear_image::Digest;
use forebear_page::Site;

use super::sheets::Sheets;

/// What is asked while pages are made.
pub(super) struct Making<'a> {
    pub(super) asker: &'a Asker,
    pub(super) estate: &'a Estate,
    /// Repositories with a page.
    pub(super) repositories: HashSet<String>,
    /// Who builds on each repository.
    pub(super) users: HashMap<&'a str, Vec<UserAnswer>>,
    pub(super) sheets: &'a Sheets,
}

impl Making<'_> {
    /// Makes a page that lies this many folders below the root.
    pub(super) fn with_site<T>(&self, depth: usize, make: impl FnOnce(&Site<'_>) -> T) -> T {
        let has_image = |digest: &Digest| self.estate.image(digest).is_some();
        let has_repository = |name: &str| self.repositories.contains(name);
        let root = "../".repeat(depth);
        make(&Site { root: &root, estate: self.estate, has_image: &has_image, has_repository: &has_repository })
    }
}
