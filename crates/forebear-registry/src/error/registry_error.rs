//! What was asked, where, how often and how long, and what came of it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use url::Url;

use super::kind::ErrorKind;
use super::unusable::Unusable;
use crate::limits::LimitKind;
use crate::shown_url::shown_url;
use crate::tls::certificate;

/// What was asked, where, how often and how long, and what came of it.
///
/// Prints as `GET http://127.0.0.1:5000/v2/x/manifests/1: not found
/// (404 MANIFEST_UNKNOWN) after 4 tries in 2.1 s`. Foreign text in it is escaped
/// and cut; URLs carry no secrets. What the HTTP client reports is part of that
/// sentence and no [`Error::source`], since its own texts are not so tamed; the
/// source is what made options or credentials unusable.
#[derive(Debug)]
pub struct RegistryError {
    // Boxed: results of all operations carry it.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    request: SentRequest,
    kind: ErrorKind,
    detail: Option<String>,
    registry_code: Option<String>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The request behind an error, as far as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct SentRequest {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) tries: u32,
    pub(crate) elapsed: Duration,
}

impl RegistryError {
    pub(crate) fn new(
        request: SentRequest,
        kind: ErrorKind,
        detail: Option<String>,
        registry_code: Option<String>,
    ) -> Self {
        Self { inner: Box::new(Inner { request, kind, detail, registry_code, source: None }) }
    }

    /// An error found before anything was sent.
    pub(crate) fn before_sending(url: &Url, kind: ErrorKind) -> Self {
        let request = SentRequest { method: "GET", url: shown_url(url), tries: 0, elapsed: Duration::ZERO };
        Self::new(request, kind, None, None)
    }

    /// An error of the options: there is no URL yet.
    pub(crate) fn configuration(why: impl Into<Unusable>) -> Self {
        let Unusable { message, source } = why.into();
        let request = SentRequest { method: "", url: String::new(), tries: 0, elapsed: Duration::ZERO };
        let kind = ErrorKind::Configuration(message);
        Self { inner: Box::new(Inner { request, kind, detail: None, registry_code: None, source }) }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.inner.kind
    }

    /// The URL asked, without user name, password or signed query. Empty for
    /// errors of the options.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.inner.request.url
    }

    /// How often the request was sent; 0 if it never was.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.inner.request.tries
    }

    /// From the first try to giving up, pauses included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.request.elapsed
    }

    /// The registry's own code, `MANIFEST_UNKNOWN` or `TOOMANYREQUESTS`
    /// (distribution-spec, "Error Codes"), escaped.
    #[must_use]
    pub fn registry_code(&self) -> Option<&str> {
        self.inner.registry_code.as_deref()
    }

    /// What to do now, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        let is_plain = self.inner.request.url.starts_with("http://");
        if self.inner.kind == ErrorKind::Interrupted && is_plain {
            return Some(
                "the registry or the way to it is in trouble, or it speaks TLS there (https://HOST); try again later",
            );
        }
        self.inner.kind.hint()
    }

    /// Whether what was asked for is simply not there (404): a tag that went
    /// between list and fetch, a repository without tags.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
    }

    /// Whether nothing was answered that could be read at all.
    pub(crate) fn is_before_an_answer(&self) -> bool {
        use ErrorKind::{Connect, Dns, Interrupted, Protocol, Timeout, Tls, WrongScheme};
        matches!(self.inner.kind, Connect | Dns | Interrupted | Protocol(_) | Timeout | Tls | WrongScheme { .. })
    }

    /// Whether TLS was spoken, and the certificate is what is wrong.
    pub(crate) fn is_about_a_certificate(&self) -> bool {
        let detail = self.inner.detail.as_deref().unwrap_or_default();
        self.inner.kind == ErrorKind::Tls && detail.starts_with(certificate::ITS)
    }

    /// How long the registry wants no request, if that is what went wrong and
    /// it told so. What this client chose where nothing was told is in
    /// [`ErrorKind::RateLimited`].
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.inner.kind {
            ErrorKind::RateLimited { retry_after, .. } => retry_after,
            _ => None,
        }
    }
}

impl Error for RegistryError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source: &(dyn Error + 'static) = &**self.inner.source.as_ref()?;
        Some(source)
    }
}

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { request, kind, detail, .. } = &*self.inner;
        if !request.url.is_empty() {
            write!(f, "{} {}: ", request.method, request.url)?;
        }
        write!(f, "{kind}")?;
        if let Some(detail) = detail {
            write!(f, " ({detail})")?;
        }
        if let ErrorKind::RateLimited { retry_after, chosen, limit } = kind {
            let seconds = |wait: &Duration| wait.as_secs_f64().ceil();
            match (retry_after, chosen, limit) {
                (Some(wait), _, LimitKind::Reserve) => {
                    write!(f, "; there are more in {} s at the latest", seconds(wait))?;
                }
                (Some(wait), ..) => write!(f, "; nothing is to be sent for {} s", seconds(wait))?,
                (None, None, _) | (None, Some(_), LimitKind::Reserve) => {}
                (None, Some(_), _) => f.write_str("; for how long was not told")?,
            }
        }
        match request.tries {
            0 if matches!(kind, ErrorKind::Configuration(_)) => Ok(()),
            0 => f.write_str("; not sent"),
            // Once and at once is what everybody expects.
            1 if request.elapsed < Duration::from_secs(1) => Ok(()),
            1 => write!(f, " after {:.1} s", request.elapsed.as_secs_f64()),
            tries => write!(f, " after {tries} tries in {:.1} s", request.elapsed.as_secs_f64()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, detail: Option<&str>, tries: u32) -> RegistryError {
        let url = "http://127.0.0.1:5000/v2/x/manifests/1".to_owned();
        let request = SentRequest { method: "GET", url, tries, elapsed: Duration::from_millis(1_540) };
        RegistryError::new(request, kind, detail.map(str::to_owned), None)
    }

    #[test]
    fn errors_say_what_where_and_how_often() {
        #[track_caller]
        fn check(error: &RegistryError, expected: &str) {
            assert_eq!(error.to_string(), format!("GET http://127.0.0.1:5000/v2/x/manifests/1: {expected}"));
        }
        let found = error(ErrorKind::NotFound, Some("404 MANIFEST_UNKNOWN"), 1);
        check(&found, "not found (404 MANIFEST_UNKNOWN) after 1.5 s");
        check(&error(ErrorKind::Server(502), Some("502"), 4), "the registry failed (502) after 4 tries in 1.5 s");
        let limited = |retry_after: Option<u64>, chosen: Option<u64>| ErrorKind::RateLimited {
            retry_after: retry_after.map(Duration::from_millis),
            chosen: chosen.map(Duration::from_millis),
            limit: LimitKind::Requests,
        };
        let told = error(limited(Some(119_800), None), None, 0);
        check(&told, "the registry's limit is reached; nothing is to be sent for 120 s; not sent");
        let untold = error(limited(None, Some(4_100)), Some("429"), 4);
        check(&untold, "the registry's limit is reached (429); for how long was not told after 4 tries in 1.5 s");
        let large = error(ErrorKind::TooLarge { limit: 4_194_304 }, None, 1);
        check(&large, "larger than the 4194304 bytes that are read of this after 1.5 s");
        let options = RegistryError::configuration("no".to_owned());
        assert_eq!(options.to_string(), "no");
    }

    #[test]
    fn a_cause_is_told_once() {
        let cause = std::io::Error::other("busy");
        let error = RegistryError::configuration(Unusable::because("no helper", cause));
        let (told, cause) = (error.to_string(), error.source().map(ToString::to_string));
        assert_eq!((told.as_str(), cause.as_deref()), ("no helper", Some("busy")));
        assert!(matches!(error.kind(), ErrorKind::Configuration(message) if message == "no helper"));
    }
}
