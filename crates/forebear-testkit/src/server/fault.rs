//! What can go wrong, and when.

use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;

/// Which requests a fault is for.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    method: Option<String>,
    path: Vec<String>,
    skip: u32,
}

impl Matcher {
    /// Every request.
    #[must_use]
    pub fn any() -> Self {
        Self::default()
    }

    /// Requests whose path and query contain this text.
    #[must_use]
    pub fn path(part: &str) -> Self {
        Self::any().and(part)
    }

    /// `GET` requests whose path and query contain this text.
    #[must_use]
    pub fn get(part: &str) -> Self {
        Self::path(part).method("GET")
    }

    /// `HEAD` requests whose path and query contain this text.
    #[must_use]
    pub fn head(part: &str) -> Self {
        Self::path(part).method("HEAD")
    }

    /// Only this method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// Only where the path and query contain this text, too.
    #[must_use]
    pub fn and(mut self, part: &str) -> Self {
        self.path.push(part.to_owned());
        self
    }

    /// Lets the first `count` matching requests pass.
    #[must_use]
    pub fn skip(mut self, count: u32) -> Self {
        self.skip = count;
        self
    }

    fn matches(&self, request: &Parts) -> bool {
        let path = request.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        self.method.as_ref().is_none_or(|method| request.method == method.as_str())
            && self.path.iter().all(|part| path.contains(part.as_str()))
    }
}

/// How often a fault happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    /// To the first request that matches.
    Once,
    /// To the first this many requests.
    N(u32),
    /// To all.
    Always,
}

/// One way to answer badly.
#[derive(Clone, Debug)]
pub enum Fault {
    /// This status, these headers and this body, whatever was asked for.
    Answer {
        /// Status code.
        status: u16,
        /// Headers; `content-type` is `application/json` unless given here.
        headers: Vec<(String, String)>,
        /// Body.
        body: Bytes,
    },
    /// This status, and an error document and headers that repeat what the
    /// request was let in with, as debugging proxies do.
    Echo(u16),
    /// The true answer with this header set; an empty value removes it.
    Header(String, String),
    /// The true headers over other bytes of the same length.
    WrongBytes,
    /// 200 and an HTML page, as a captive portal answers.
    Html,
    /// 200 and JSON that breaks off, with true headers otherwise.
    InvalidJson,
    /// 200 and `{"tags": null}`.
    NullTags,
    /// The true answer under another content type.
    ContentType(String),
    /// The true answer with a digest header that names something else.
    WrongDigestHeader,
    /// The connection is reset before anything is sent.
    Reset,
    /// Headers and this many bytes of the body, then a reset.
    ResetAfter(usize),
    /// Headers and this many bytes of the body, then an orderly end of the
    /// connection, short of the announced length.
    Truncate(usize),
    /// The true body, one byte at a time.
    Drip(Duration),
    /// The true answer, after this time.
    Delay(Duration),
    /// Headers and nothing more, until the client gives up.
    Stall,
    /// Not even headers, until the client gives up.
    StallBeforeHeaders,
    /// 200 and a body that does not end until the client hangs up (or 1 GiB).
    Endless,
    /// A redirect with this status; `{path}` in the URL is the request's path
    /// and query.
    Redirect {
        /// 301, 302, 307 or 308.
        status: u16,
        /// Value of `Location`.
        to: String,
    },
    /// The true page with this `Link` header; `{path}` and `{host}` stand for
    /// the request's own, so that `<{path}>; rel="next"` is a loop.
    Link(String),
}

impl Fault {
    /// A bare status with an error document of this code.
    #[must_use]
    pub fn status(status: u16, code: &str) -> Self {
        let body = format!(r#"{{"errors":[{{"code":"{code}","message":"scripted fault"}}]}}"#);
        Self::Answer { status, headers: Vec::new(), body: body.into() }
    }

    /// 401 with this `WWW-Authenticate`.
    #[must_use]
    pub fn unauthorized(challenge: &str) -> Self {
        Self::status(401, "UNAUTHORIZED").with_header("www-authenticate", challenge)
    }

    /// 404 `MANIFEST_UNKNOWN`.
    #[must_use]
    pub fn not_found() -> Self {
        Self::status(404, "MANIFEST_UNKNOWN")
    }

    /// 429 `TOOMANYREQUESTS`, with `Retry-After` as written if given.
    #[must_use]
    pub fn too_many_requests(retry_after: Option<&str>) -> Self {
        let fault = Self::status(429, "TOOMANYREQUESTS");
        match retry_after {
            Some(value) => fault.with_header("retry-after", value),
            None => fault,
        }
    }

    /// 500.
    #[must_use]
    pub fn server_error() -> Self {
        Self::status(500, "UNKNOWN")
    }

    /// 200 and this body as JSON.
    #[must_use]
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::Answer { status: 200, headers: Vec::new(), body: body.into() }
    }

    /// The same fault with a header, if it is an [`Fault::Answer`].
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }
}

/// The faults of one server, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    scripts: Vec<Script>,
}

#[derive(Debug)]
struct Script {
    matcher: Matcher,
    fault: Fault,
    left: Option<u32>,
}

impl Faults {
    pub(crate) fn push(&mut self, matcher: Matcher, fault: Fault, times: Times) {
        let left = match times {
            Times::Once => Some(1),
            Times::N(count) => Some(count),
            Times::Always => None,
        };
        self.scripts.push(Script { matcher, fault, left });
    }

    pub(crate) fn clear(&mut self) {
        self.scripts.clear();
    }

    /// The fault this request meets, counted as used.
    pub(crate) fn take(&mut self, request: &Parts) -> Option<Fault> {
        for script in &mut self.scripts {
            if script.left == Some(0) || !script.matcher.matches(request) {
                continue;
            }
            if script.matcher.skip > 0 {
                script.matcher.skip -= 1;
                continue;
            }
            script.left = script.left.map(|left| left - 1);
            return Some(script.fault.clone());
        }
        None
    }
}
