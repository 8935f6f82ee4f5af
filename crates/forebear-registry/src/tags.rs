//! `GET /v2/<name>/tags/list`: the tags of a repository
//! (distribution-spec, "Listing Tags").

use forebear_image::RepositoryName;
use forebear_image::reference::check_tag;

use crate::client::Registry;
use crate::error::RegistryError;
use crate::page::{List, Named, Page, PageCursor};
use crate::stats::RequestKind;

impl Registry {
    /// One page of a repository's tags. `page_size` is a wish, as in
    /// [`Registry::catalog_page`]. `{"tags": null}` is an empty page.
    ///
    /// Of the repository only the path is used.
    ///
    /// # Errors
    /// [`crate::ErrorKind::NotFound`] for a repository that has no tags or is
    /// gone, which callers may take for empty; [`crate::ErrorKind::Paging`]
    /// when the link to the next page can't be followed; all of sending.
    pub async fn tags_page(
        &self,
        repository: &RepositoryName,
        after: Option<&PageCursor>,
        page_size: u32,
    ) -> Result<Page<String>, RegistryError> {
        // Of the registry, whatever mirrors there are: a tag that is in no complete list is gone.
        let (_, origin) = self.places(repository, false)?;
        let path = format!("/v2/{}/tags/list", origin.path);
        let list = List { kind: RequestKind::Tags, path: &path, key: "tags", missing: |_, _| None };
        let check = |tag: String| if check_tag(&tag).is_ok() { Named::Good(tag) } else { Named::Rejected(tag) };
        list.page(&origin.shared, after, page_size, check).await
    }
}
