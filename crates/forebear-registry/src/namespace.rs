//! The repositories of a namespace, from Docker Hub's own API, where the
//! registry offers no catalog (docs.docker.com/reference/api/hub, "List
//! repositories"). It is another host, with its own pace, holds and quota
//! (`X-RateLimit-*`), and is asked without credentials.

use forebear_image::{RepositoryName, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::attempts::Attempts;
use crate::call::Call;
use crate::client::Registry;
use crate::error::{ErrorKind, RegistryError};
use crate::items::{Items, MAX_ITEMS};
use crate::page::{PAGE_CAP, Page, PageCursor, cursor_url, next_cursor, shown};
use crate::stats::RequestKind;

/// Repositories on one page: the most that the API gives.
const PAGE_SIZE: u32 = 100;

#[derive(Deserialize)]
struct Document {
    next: Option<String>,
    results: Option<Items<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    namespace: Option<String>,
    #[serde(default)]
    pull_count: Lenient<u64>,
    #[serde(default)]
    star_count: Lenient<u64>,
    #[serde(default)]
    date_registered: Lenient<String>,
    #[serde(default)]
    last_updated: Lenient<String>,
}

/// A value that is left out where it is of another kind: what is told beside a name
/// costs no listing.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient<T> {
    Told(T),
    Odd(IgnoredAny),
}

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self::Odd(IgnoredAny)
    }
}

impl<T> Lenient<T> {
    fn told(self) -> Option<T> {
        match self {
            Self::Told(value) => Some(value),
            Self::Odd(IgnoredAny) => None,
        }
    }
}

impl Lenient<String> {
    fn time(self) -> Option<Timestamp> {
        Timestamp::parse(&self.told()?).ok()
    }
}

/// One page of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamespacePage {
    /// The names.
    pub page: Page<RepositoryName>,
    /// What is told of them, in their order.
    pub told: Vec<ToldOf>,
}

/// What a listing tells of a repository beside its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldOf {
    /// Which.
    pub repository: RepositoryName,
    /// `pull_count`
    pub pulls: Option<u64>,
    /// `star_count`
    pub stars: Option<u64>,
    /// `date_registered`
    pub registered: Option<Timestamp>,
    /// `last_updated`
    pub updated: Option<Timestamp>,
}

impl Registry {
    /// One page of a namespace's repositories (`library`, `grafana`), public
    /// ones. The names carry [`Registry::name`] as their registry.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] where the registry has no such API, and
    /// for a namespace that can't be one; [`ErrorKind::NotFound`] for one that
    /// is not there; [`ErrorKind::Paging`] when the next page can't be
    /// followed; all of sending.
    pub async fn namespace_page(
        &self,
        namespace: &str,
        after: Option<&PageCursor>,
    ) -> Result<NamespacePage, RegistryError> {
        let shared = &self.shared;
        let unusable = |message: String| {
            RegistryError::before_sending(shared.address.base.url(), ErrorKind::Configuration(message))
        };
        let Some(api) = &shared.namespace_api else {
            return Err(unusable(format!("{} has no API that lists a namespace; name the repositories", self.name())));
        };
        if namespace.contains('/') || RepositoryName::new(self.name(), namespace).is_err() {
            let shown = crate::quoted::quoted(namespace);
            return Err(unusable(format!("'{shown}' can't be a namespace: give it alone, as in library")));
        }
        let path = format!("/v2/namespaces/{namespace}/repositories");
        let url = match after {
            Some(cursor) => cursor_url(api, cursor, &path)?,
            None => api.join(&format!("{path}?page_size={PAGE_SIZE}")).map_err(|error| unusable(error.to_string()))?,
        };
        let call = Call::get(RequestKind::Namespace, url, PAGE_CAP);
        let answer = shared
            .exchange
            .send(&shared.namespace_host, &call, None, &mut Attempts::at(&call, &shared.exchange.sent))
            .await;
        let answer = answer.inspect_err(|error| shared.keep_wait(error))?.success()?;
        let not_a_list = |reason: &str| {
            let what = if answer.is_html() { "an HTML page" } else { reason };
            answer.fail(ErrorKind::Protocol(format!("the answer is not a list of repositories: {what}")))
        };
        let document: Document = serde_json::from_slice(&answer.body).map_err(|error| not_a_list(&shown(&error)))?;
        let entries = match document.results.ok_or_else(|| not_a_list("it has no 'results'"))? {
            Items::All(entries) => entries,
            Items::TooMany => return Err(answer.fail(ErrorKind::TooMany { what: "repositories", limit: MAX_ITEMS })),
        };
        let next = document.next.filter(|next| !next.is_empty());
        let next = next.map(|next| next_cursor(&answer.url, &next, &path)).transpose();
        let next = next.map_err(|message| answer.fail(ErrorKind::Paging(message)))?;
        let mut page = Page { items: Vec::with_capacity(entries.len()), rejected: Vec::new(), outside: 0, next };
        let mut told = Vec::with_capacity(entries.len());
        for Entry { name, namespace: of, pull_count, star_count, date_registered, last_updated } in entries {
            let full = format!("{}/{name}", of.as_deref().unwrap_or(namespace));
            // The API may be that of the registry itself, with the prefix, or that of
            // the registry whose images these are.
            let path = self.prefix.as_ref().and_then(|prefix| prefix.strip(&full)).unwrap_or(&full);
            match RepositoryName::new(self.name(), path) {
                Ok(repository) if of.as_deref().is_none_or(|of| of == namespace) => {
                    told.push(ToldOf {
                        repository: repository.clone(),
                        pulls: pull_count.told(),
                        stars: star_count.told(),
                        registered: date_registered.time(),
                        updated: last_updated.time(),
                    });
                    page.items.push(repository);
                }
                _ => page.rejected.push(shared.exchange.sent.without(&full).into_owned()),
            }
        }
        Ok(NamespacePage { page, told })
    }
}
