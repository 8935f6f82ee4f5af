//! One question to a registry, before it is asked.

use http::Method;
use http::header::HeaderValue;
use url::Url;

use crate::redirect::Redirects;
use crate::stats::RequestKind;

/// A request as the operations describe it; [`crate::perform`] sends it.
#[derive(Debug)]
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
}

impl Call {
    /// A GET that stays on the registry's host.
    pub(crate) fn get(kind: RequestKind, url: Url, cap: usize) -> Self {
        Self { kind, method: Method::GET, url, accept: None, redirects: Redirects::SameHost, cap, stream_from: None }
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
        if self.method == Method::HEAD { "HEAD" } else { "GET" }
    }
}
