//! `GET /v2/_catalog`: the repositories of a registry.
//!
//! Not part of the distribution spec; described in distribution's `api.md`
//! ("Listing Repositories"). Docker Hub, ghcr.io and others do not offer it.

use forebear_image::RepositoryName;

use crate::client::Registry;
use crate::error::RegistryError;
use crate::page::{List, Page, PageCursor};
use crate::stats::RequestKind;

impl Registry {
    /// One page of the catalog. `page_size` is a wish (0: none is sent);
    /// registries cap it, and one that refuses it is asked for less.
    ///
    /// The names carry [`Registry::name`] as their registry.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Unauthorized`] or [`crate::ErrorKind::NotFound`]
    /// where no catalog is offered; [`crate::ErrorKind::Paging`] when the link
    /// to the next page can't be followed; all of sending.
    pub async fn catalog_page(
        &self,
        after: Option<&PageCursor>,
        page_size: u32,
    ) -> Result<Page<RepositoryName>, RegistryError> {
        let list = List { kind: RequestKind::Catalog, path: "/v2/_catalog", key: "repositories" };
        let registry = self.name();
        list.page(&self.shared, after, page_size, |name| RepositoryName::new(registry, &name).map_err(|_| name)).await
    }
}
