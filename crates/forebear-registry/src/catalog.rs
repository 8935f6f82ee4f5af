//! `GET /v2/_catalog`: the repositories of a registry.
//!
//! Not part of the distribution spec; described in distribution's `api.md`
//! ("Listing Repositories"). Docker Hub, ghcr.io and others do not offer it.

use forebear_image::RepositoryName;

use crate::answer::{Answer, CredentialKind};
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::page::{List, Named, Page, PageCursor};
use crate::quirks::{CatalogOffer, Quirks};
use crate::stats::RequestKind;

impl Registry {
    /// One page of the catalog. `page_size` is a wish (0: none is sent);
    /// registries cap it, and one that refuses it is asked for less.
    ///
    /// The names carry [`Registry::name`] as their registry. Those that are not
    /// below [`crate::RegistryOptions::strip_prefix`] are counted and left out.
    ///
    /// # Errors
    /// [`ErrorKind::NoCatalog`] where none is offered, as far as that is known
    /// or answered; [`ErrorKind::Unauthorized`] where an account may help;
    /// [`ErrorKind::Paging`] when the link
    /// to the next page can't be followed; all of sending.
    pub async fn catalog_page(
        &self,
        after: Option<&PageCursor>,
        page_size: u32,
    ) -> Result<Page<RepositoryName>, RegistryError> {
        self.table.ensure_open(self.called.as_str())?;
        let list = List { kind: RequestKind::Catalog, path: "/v2/_catalog", key: "repositories", missing };
        let quirks = Quirks::of(&self.shared.address.name);
        if quirks.catalog == CatalogOffer::Refused {
            return Err(RegistryError::before_sending(&self.shared.url(list.path)?, no_catalog(quirks)));
        }
        list.page(&self.shared, after, page_size, |name| self.repository_named(name)).await
    }
}

impl Registry {
    /// The repository that a catalog lists by this name.
    fn repository_named(&self, name: String) -> Named<RepositoryName> {
        let path = match &self.listed_below {
            None => Some(name.as_str()),
            Some(prefix) => prefix.strip(&name),
        };
        match path.map(|path| RepositoryName::new(self.name(), path)) {
            None => Named::Outside,
            Some(Ok(repository)) => Named::Good(repository),
            Some(Err(_)) => Named::Rejected(name),
        }
    }
}

/// A catalog that is not there (404, 405), or that not even the token opens
/// which the registry asked for. A first 401 with nothing to offer may mean
/// that an account is wanted.
fn missing(answer: &Answer, quirks: &Quirks) -> Option<ErrorKind> {
    let refused = answer.retried_with == CredentialKind::Token;
    match answer.status.as_u16() {
        404 | 405 => Some(no_catalog(quirks)),
        401 | 403 if refused => Some(no_catalog(quirks)),
        _ => None,
    }
}

fn no_catalog(quirks: &Quirks) -> ErrorKind {
    ErrorKind::NoCatalog { namespaces: quirks.namespaces.is_some() }
}
