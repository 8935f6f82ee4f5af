//! Lists that come in pages: what the catalog and the tags have in common.
//!
//! The client keeps no place in a list. Each page gives the caller a
//! [`PageCursor`], which can be stored and used by another process.

use std::fmt;

use forebear_image::escape::for_terminal;
use forebear_image::json;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;

use crate::answer::Answer;
use crate::call::Call;
use crate::error::{ErrorKind, RegistryError};
use crate::failure::Failure;
use crate::items::{Items, MAX_ITEMS};
use crate::link;
use crate::quirks::Quirks;
use crate::quoted::quoted;
use crate::shared::Shared;
use crate::stats::RequestKind;

/// The most bytes of one page.
pub const PAGE_CAP: usize = 8 * 1024 * 1024;
/// The longest link to a next page that is followed, in bytes. It is stored,
/// and shown in errors.
const LONGEST_LINK: usize = 8 * 1024;
/// Asked for instead when a registry refuses the page size (ECR over 1000,
/// others over 100).
const SMALL_PAGE: u32 = 100;

/// Where a list goes on: path and query of the next page's URL, as the
/// registry gave it. Serialises as that text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct PageCursor(String);

impl PageCursor {
    /// The path and query: `/v2/_catalog?last=b&n=100`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(url: &Url) -> Self {
        match url.query() {
            Some(query) => Self(format!("{}?{query}", url.path())),
            None => Self(url.path().to_owned()),
        }
    }
}

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PageCursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // "//host/path" would be another host.
        if text.starts_with('/') && !text.starts_with("//") {
            Ok(Self(text))
        } else {
            Err(D::Error::custom("a page cursor is a path and query, and begins with one slash"))
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The names, in the registry's order.
    pub items: Vec<T>,
    /// Names that break the grammar of the distribution spec, exactly as the
    /// registry sent them: hostile until escaped. They can't be asked for, but
    /// are reported and not lost.
    pub rejected: Vec<String>,
    /// How many names are left out since they are not below the prefix that is
    /// taken off ([`crate::RegistryOptions::strip_prefix`]).
    pub outside: u64,
    /// Where the list goes on; `None` at its end.
    pub next: Option<PageCursor>,
}

/// What a name in a list is.
pub(crate) enum Named<T> {
    /// What is listed.
    Good(T),
    /// It breaks the grammar.
    Rejected(String),
    /// It is not below the prefix that is taken off.
    Outside,
}

/// One list of a registry, before it is asked for.
pub(crate) struct List<'a> {
    pub(crate) kind: RequestKind,
    /// `/v2/_catalog`
    pub(crate) path: &'a str,
    /// The list's key in the answer.
    pub(crate) key: &'static str,
    /// Which answers mean that there is no such list at all, and what to call
    /// that.
    pub(crate) missing: fn(&Answer, &Quirks) -> Option<ErrorKind>,
}

impl List<'_> {
    /// Fetches one page; `check` sorts the names.
    pub(crate) async fn page<T>(
        &self,
        shared: &Shared,
        after: Option<&PageCursor>,
        page_size: u32,
        check: impl Fn(String) -> Named<T>,
    ) -> Result<Page<T>, RegistryError> {
        let fetch = |size: u32| async move {
            let url = self.url(shared, after, size)?;
            let call = Call::get(self.kind, url, PAGE_CAP);
            shared.perform(&call).await
        };
        let quirks = Quirks::of(&shared.address.name);
        let page_size = quirks.page_size.map_or(page_size, |most| page_size.min(most));
        let mut answer = fetch(page_size).await?;
        if after.is_none() && page_size > SMALL_PAGE && answer.status.as_u16() == 400 {
            answer = fetch(SMALL_PAGE).await?;
        }
        if let (Some(kind), Some(failure)) = ((self.missing)(&answer, quirks), answer.failure()) {
            return Err(answer.attempts.error(Failure { kind, ..failure }));
        }
        let answer = answer.success()?;
        let names = names(&answer, self.key)?;
        let next = next_page(&answer, self.path)?;
        let mut page = Page { items: Vec::with_capacity(names.len()), rejected: Vec::new(), outside: 0, next };
        for name in names {
            match check(name) {
                Named::Good(item) => page.items.push(item),
                Named::Rejected(name) => page.rejected.push(shared.exchange.sent.without(&name).into_owned()),
                Named::Outside => page.outside += 1,
            }
        }
        Ok(page)
    }

    fn url(&self, shared: &Shared, after: Option<&PageCursor>, page_size: u32) -> Result<Url, RegistryError> {
        match after {
            Some(cursor) => cursor_url(shared.address.base.url(), cursor, self.path),
            None if page_size == 0 => shared.url(self.path),
            None => shared.url(&format!("{}?n={page_size}", self.path)),
        }
    }
}

/// The URL of a cursor, which must be of this list: it may come from a store.
pub(crate) fn cursor_url(base: &Url, cursor: &PageCursor, path: &str) -> Result<Url, RegistryError> {
    match base.join(cursor.as_str()) {
        Ok(url) if same_origin(&url, base) && same_list(&url, path) => Ok(url),
        _ => {
            let message = format!("the cursor '{cursor}' does not belong to {path}");
            Err(RegistryError::before_sending(base, ErrorKind::Paging(message)))
        }
    }
}

fn names(answer: &Answer, key: &'static str) -> Result<Vec<String>, RegistryError> {
    let not_a_list = |reason: &str| {
        if answer.is_html() {
            answer.fail(ErrorKind::NotARegistry("an HTML page instead of a list".to_owned()))
        } else {
            answer.fail(ErrorKind::Protocol(format!("the answer is not a list of {key}: {reason}")))
        }
    };
    let document: NamesDocument = serde_json::from_slice(&answer.body).map_err(|e| not_a_list(&shown(&e)))?;
    let list = match key {
        "tags" => document.tags,
        _ => document.repositories,
    };
    match list.ok_or_else(|| not_a_list(&format!("it has no '{key}'")))? {
        None => Ok(Vec::new()),
        Some(Items::All(names)) => Ok(names),
        Some(Items::TooMany) => Err(answer.fail(ErrorKind::TooMany { what: key, limit: MAX_ITEMS })),
    }
}

/// A parser's message, cut and escaped.
pub(crate) fn shown(error: &serde_json::Error) -> String {
    for_terminal(&json::shown(error), false).into_owned()
}

/// `{"tags": null}` is an empty list and `{}` is none at all: the outer option
/// tells them apart.
#[derive(Deserialize)]
struct NamesDocument {
    #[serde(default, deserialize_with = "present")]
    repositories: Option<Option<Items<String>>>,
    #[serde(default, deserialize_with = "present")]
    tags: Option<Option<Items<String>>>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Items<String>>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

fn next_page(answer: &Answer, path: &str) -> Result<Option<PageCursor>, RegistryError> {
    let refuse = |message: String| answer.fail(ErrorKind::Paging(message));
    let Some(target) = link::next(&answer.headers).map_err(refuse)? else { return Ok(None) };
    next_cursor(&answer.url, &target, path).map(Some).map_err(refuse)
}

/// Turns a link into a cursor, unless it leads to another host, to another
/// list, or in a circle, or is longer than any could be.
pub(crate) fn next_cursor(present: &Url, target: &str, path: &str) -> Result<PageCursor, String> {
    let shown = quoted(target);
    if target.len() > LONGEST_LINK {
        return Err(format!("the link to the next page is longer than {LONGEST_LINK} bytes: {shown}"));
    }
    let next = present.join(target).map_err(|error| format!("the link to the next page, '{shown}': {error}"))?;
    if !same_origin(&next, present) {
        return Err(format!("the link to the next page leads to another host: {shown}"));
    }
    if !same_list(&next, path) {
        return Err(format!("the link to the next page leads to another list: {shown}"));
    }
    if place(&next) == place(present) {
        return Err(format!("the link to the next page leads back to this page: {shown}"));
    }
    Ok(PageCursor::of(&next))
}

/// Where in the list a URL points: its query but for the page size, in any order.
fn place(url: &Url) -> Vec<(String, String)> {
    let pairs = url.query_pairs().filter(|(name, _)| name != "n");
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    pairs.sort();
    pairs
}

/// Behind a reverse proxy, absolute links often carry the scheme the registry
/// sees and not ours, so only the host and an explicit port count.
fn same_origin(a: &Url, b: &Url) -> bool {
    a.host() == b.host() && a.port() == b.port() && a.username().is_empty() && a.password().is_none()
}

/// The same list, perhaps under a prefix that a proxy adds.
fn same_list(url: &Url, path: &str) -> bool {
    let list = path.strip_prefix("/v2").unwrap_or(path);
    let there = url.path().trim_end_matches('/');
    there == path || there.ends_with(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_where_the_next_page_may_be() {
        #[track_caller]
        fn check(present: &str, target: &str, expected: Result<&str, &str>) {
            let present = Url::parse("http://r.example:5000").unwrap().join(present).unwrap();
            match (next_cursor(&present, target, "/v2/_catalog"), expected) {
                (Ok(got), Ok(cursor)) => assert_eq!(got.as_str(), cursor),
                (Err(error), Err(part)) => assert!(error.contains(part), "{error}"),
                (got, _) => panic!("{target}: {got:?}"),
            }
        }
        let first = "/v2/_catalog?n=2";
        let second = "/v2/_catalog?last=b&n=2";
        check(first, "/v2/_catalog?last=b&n=2", Ok("/v2/_catalog?last=b&n=2"));
        check(first, "http://r.example:5000/v2/_catalog?last=b&n=2", Ok("/v2/_catalog?last=b&n=2"));
        check(first, "_catalog?last=b", Ok("/v2/_catalog?last=b"));
        check(first, "?last=b", Ok("/v2/_catalog?last=b"));
        check(first, "/v2/_catalog?last=a%2Fb&n=2", Ok("/v2/_catalog?last=a%2Fb&n=2"));
        check(first, "http://evil.example/v2/_catalog?last=b", Err("another host"));
        check(first, "//evil.example/v2/_catalog?last=b", Err("another host"));
        check(first, "http://r.example:5001/v2/_catalog?last=b", Err("another host"));
        check(first, "file:///etc/passwd", Err("another host"));
        let long = format!("/v2/_catalog?last={}", "b".repeat(LONGEST_LINK));
        check(first, &long, Err("longer than"));
        check(first, &long[..LONGEST_LINK], Ok(&long[..LONGEST_LINK]));
        check(first, "/admin?last=b", Err("another list"));
        check(first, first, Err("back to this page"));
        check(second, "/v2/_catalog?n=2&last=b", Err("back to this page"));
        check(second, "/v2/_catalog?last=d&n=2", Ok("/v2/_catalog?last=d&n=2"));
    }

    #[test]
    fn a_cursor_is_text_in_a_store() {
        let cursor = PageCursor("/v2/_catalog?last=b".to_owned());
        let text = serde_json::to_string(&cursor).unwrap();
        assert_eq!(text, "\"/v2/_catalog?last=b\"");
        assert_eq!(serde_json::from_str::<PageCursor>(&text).unwrap(), cursor);
        assert!(serde_json::from_str::<PageCursor>("\"//evil.example/v2\"").is_err());
        assert!(serde_json::from_str::<PageCursor>("\"http://evil.example/v2\"").is_err());
    }
}
