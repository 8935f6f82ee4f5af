//! One question to a registry, before it is asked.

use bytes::Bytes;
use http::Method;
use http::header::HeaderValue;
use url::Url;

use crate::auth::Scope;
use crate::redirect::Redirects;
use crate::stats::RequestKind;

/// A request as the operations describe it; [`crate::perform`] sends it.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) kind: RequestKind,
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) accept: Option<HeaderValue>,
    pub(crate) redirects: Redirects,
    /// The most bytes of a successful answer's body.
    pub(crate) cap: usize,
    /// A successful answer's body is left to the caller, from this byte on.
    pub(crate) stream_from: Option<u64>,
    /// What a POST says.
    pub(crate) form: Option<Bytes>,
}

impl Call {
    /// A GET that stays on the registry's host.
    pub(crate) fn get(kind: RequestKind, url: Url, cap: usize) -> Self {
        Self {
            kind,
            method: Method::GET,
            url,
            accept: None,
            redirects: Redirects::SameHost,
            cap,
            stream_from: None,
            form: None,
        }
    }

    /// A GET of a token.
    pub(crate) fn token(url: Url, cap: usize) -> Self {
        Self::get(RequestKind::Token, url, cap)
    }

    /// A POST for a token.
    pub(crate) fn post(url: Url, form: Bytes, cap: usize) -> Self {
        Self { method: Method::POST, form: Some(form), redirects: Redirects::Never, ..Self::token(url, cap) }
    }

    /// A HEAD that stays on the registry's host.
    pub(crate) fn head(kind: RequestKind, url: Url) -> Self {
        Self { method: Method::HEAD, ..Self::get(kind, url, 0) }
    }

    pub(crate) fn accept(self, accept: HeaderValue) -> Self {
        Self { accept: Some(accept), ..self }
    }

    pub(crate) fn redirects(self, redirects: Redirects) -> Self {
        Self { redirects, ..self }
    }

    /// Leaves the body, from a byte on, to the caller.
    pub(crate) fn streamed(self, from: u64) -> Self {
        Self { stream_from: Some(from), ..self }
    }

    pub(crate) fn method_name(&self) -> &'static str {
        match self.method {
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            _ => "GET",
        }
    }

    /// What has to be allowed for it.
    pub(crate) fn scope(&self) -> Scope<'_> {
        match self.kind {
            RequestKind::Ping | RequestKind::Token => Scope::None,
            RequestKind::Catalog => Scope::Catalog,
            _ => repository_of(self.url.path()).map_or(Scope::None, Scope::Repository),
        }
    }
}

/// The repository in the path of a URL of the distribution spec.
fn repository_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/v2/")?;
    if let Some(name) = rest.strip_suffix("/tags/list") {
        return Some(name);
    }
    ["/manifests/", "/blobs/"].iter().find_map(|part| Some(rest.rsplit_once(part)?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_allowed() {
        #[track_caller]
        fn check(path: &str, expected: Scope<'_>) {
            let url = Url::parse("https://r.example").unwrap().join(path).unwrap();
            assert_eq!(Call::get(RequestKind::ManifestGet, url, 0).scope(), expected);
        }
        check("/v2/a/b/tags/list?n=5", Scope::Repository("a/b"));
        check("/v2/a/manifests/1.0", Scope::Repository("a"));
        check("/v2/manifests/blobs/sha256:00", Scope::Repository("manifests"));
        check("/v2/", Scope::None);
    }
}
