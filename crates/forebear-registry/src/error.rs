//! What can go wrong, in words and in codes.

use std::fmt;
use std::time::Duration;

use forebear_image::Digest;
use url::Url;

use crate::auth::Challenge;
use crate::limits::LimitKind;

/// Why a request did not give what it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// The options or the arguments can't be used; nothing was sent.
    #[error("{0}")]
    Configuration(String),
    /// The host's name has no address.
    #[error("the host's name can't be resolved")]
    Dns,
    /// No connection: refused, unreachable.
    #[error("no connection")]
    Connect,
    /// The host did not prove who it is, or speaks another TLS.
    #[error("no secure connection")]
    Tls,
    /// Plain HTTP where TLS was spoken, or the other way round.
    #[error("the server speaks {speaks} here")]
    WrongScheme {
        /// `https` or `plain http`.
        speaks: &'static str,
    },
    /// Nothing came for too long, or all of it took too long.
    #[error("timed out")]
    Timeout,
    /// The connection broke before the answer's end.
    #[error("the connection broke before the end of the answer")]
    Interrupted,
    /// Something else answers at this address.
    #[error("no registry here: it answered with {0}")]
    NotARegistry(String),
    /// 401.
    #[error("credentials are needed")]
    Unauthorized {
        /// How to be let in, if the registry said.
        challenge: Option<Challenge>,
    },
    /// The token that the registry asks for could not be had.
    #[error("no token for the registry")]
    Token,
    /// 403.
    #[error("not allowed")]
    Forbidden,
    /// The registry does not list its repositories.
    #[error("the registry does not offer its catalog")]
    NoCatalog {
        /// Whether it lists those of a namespace instead
        /// ([`crate::Registry::namespace_page`]).
        namespaces: bool,
    },
    /// 404.
    #[error("not found")]
    NotFound,
    /// 429, or a pause asked for that is longer than is waited for, or a
    /// request that would go into the reserve.
    #[error("{limit}")]
    RateLimited {
        /// How long the registry wants no request, from now on, as it told
        /// itself (`Retry-After`, the window of its quota); for the reserve,
        /// how long it may take until there are more pulls. `None` where it
        /// told nothing.
        retry_after: Option<Duration>,
        /// How long this client sends nothing of its own choice, from now on,
        /// where that is longer than what was told. It is a guess that another
        /// client would make anew: no word of the registry's to be kept.
        chosen: Option<Duration>,
        /// Which limit.
        limit: LimitKind,
    },
    /// 5xx, the status given.
    #[error("the registry failed")]
    Server(u16),
    /// Any other status that is no answer to the question.
    #[error("an unexpected answer")]
    Status(u16),
    /// An answer that does not follow the protocol.
    #[error("{0}")]
    Protocol(String),
    /// A list whose next page can't be followed.
    #[error("{0}")]
    Paging(String),
    /// A body over its cap.
    #[error("larger than the {limit} bytes that are read of this")]
    TooLarge {
        /// The cap in bytes.
        limit: usize,
    },
    /// A page with more names than are taken.
    #[error("more than {limit} {what} on one page")]
    TooMany {
        /// Of what: `tags`, `repositories`.
        what: &'static str,
        /// The cap.
        limit: usize,
    },
    /// The bytes are not what their digest says.
    #[error("the content is {actual}, not {expected}")]
    DigestMismatch {
        /// What was asked for, or promised in `Docker-Content-Digest`.
        expected: Digest,
        /// What came.
        actual: Digest,
    },
    /// A redirect that is not followed.
    #[error("{0}")]
    Redirect(String),
}

impl ErrorKind {
    /// A short name for reports and exit codes; never changes.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Configuration(_) => "configuration",
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::WrongScheme { .. } => "wrong_scheme",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::NotARegistry(_) => "not_a_registry",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Token => "token",
            Self::Forbidden => "forbidden",
            Self::NoCatalog { .. } => "no_catalog",
            Self::NotFound => "not_found",
            Self::RateLimited { .. } => "rate_limited",
            Self::Server(_) => "server_error",
            Self::Status(_) => "unexpected_status",
            Self::Protocol(_) => "protocol",
            Self::Paging(_) => "paging",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::DigestMismatch { .. } => "digest_mismatch",
            Self::Redirect(_) => "redirect",
        }
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Dns => "check the registry's name, and that this machine can resolve names",
            Self::Connect => "check the host and port, and that the registry is running",
            Self::Tls => "check the date of this machine and that the registry's certificate is trusted here",
            Self::WrongScheme { speaks: "https" } => "leave out --plain-http",
            Self::WrongScheme { .. } => "use --plain-http if this registry is meant to be spoken to without TLS",
            Self::Timeout | Self::Interrupted | Self::Server(_) => {
                "the registry or the way to it is in trouble; try again later"
            }
            Self::NotARegistry(_) => "give the registry's host, not that of its web page",
            Self::Unauthorized { .. } => "give credentials for this registry; many offer no catalog even with them",
            Self::NoCatalog { namespaces: true } => {
                "name the repositories, or the namespaces with source = \"namespace\" (library, grafana)"
            }
            Self::NoCatalog { namespaces: false } => "name the repositories to walk",
            Self::Token => {
                "the registry's token server is in trouble, or is not where this client may go; try again later"
            }
            Self::Forbidden => "ask for access, or leave this repository out",
            Self::RateLimited { .. } => "wait, then go on; what is stored already is not asked for again",
            Self::DigestMismatch { .. } => "the registry or a proxy before it changes content; nothing was kept",
            _ => return None,
        })
    }
}

/// What was asked, where, how often and how long, and what came of it.
///
/// Prints as `GET http://127.0.0.1:5000/v2/x/manifests/1: not found
/// (404 MANIFEST_UNKNOWN) after 1 try in 0.0 s`. Foreign text in it is escaped
/// and cut; URLs carry no secrets.
#[derive(Debug, thiserror::Error)]
pub struct RegistryError {
    // Boxed: results of all operations carry it.
    inner: Box<Inner>,
}

#[derive(Debug)]
struct Inner {
    asked: Asked,
    kind: ErrorKind,
    detail: Option<String>,
    registry_code: Option<String>,
}

/// The question behind an error.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) tries: u32,
    pub(crate) elapsed: Duration,
}

impl RegistryError {
    pub(crate) fn new(asked: Asked, kind: ErrorKind, detail: Option<String>, registry_code: Option<String>) -> Self {
        Self { inner: Box::new(Inner { asked, kind, detail, registry_code }) }
    }

    /// An error found before anything was sent.
    pub(crate) fn before_sending(url: &Url, kind: ErrorKind) -> Self {
        let asked = Asked { method: "GET", url: shown_url(url), tries: 0, elapsed: Duration::ZERO };
        Self::new(asked, kind, None, None)
    }

    /// An error of the options: there is no URL yet.
    pub(crate) fn configuration(message: String) -> Self {
        let asked = Asked { method: "", url: String::new(), tries: 0, elapsed: Duration::ZERO };
        Self::new(asked, ErrorKind::Configuration(message), None, None)
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
        &self.inner.asked.url
    }

    /// How often the request was sent; 0 if it never was.
    #[must_use]
    pub fn tries(&self) -> u32 {
        self.inner.asked.tries
    }

    /// From the first try to giving up, pauses included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.inner.asked.elapsed
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
        self.inner.kind.hint()
    }

    /// Whether what was asked for is simply not there (404): a tag that went
    /// between list and fetch, a repository without tags.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.inner.kind == ErrorKind::NotFound
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

impl fmt::Display for RegistryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { asked, kind, detail, .. } = &*self.inner;
        if !asked.url.is_empty() {
            write!(f, "{} {}: ", asked.method, asked.url)?;
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
                (None, Some(_), _) => f.write_str("; for how long was not told")?,
                (None, None, _) => {}
            }
        }
        match asked.tries {
            0 if matches!(kind, ErrorKind::Configuration(_)) => Ok(()),
            0 => f.write_str("; not sent"),
            tries => {
                let word = if tries == 1 { "try" } else { "tries" };
                write!(f, " after {tries} {word} in {:.1} s", asked.elapsed.as_secs_f64())
            }
        }
    }
}

/// A URL that may be shown: no user name or password, and of the query only
/// what this client puts there itself. Signed URLs carry their secret in it.
pub(crate) fn shown_url(url: &Url) -> String {
    let mut shown = url.clone();
    // Both fail only for URLs that can't have them.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_fragment(None);
    let ours = |name: &str| matches!(name, "n" | "last" | "page" | "page_size" | "service" | "scope");
    if url.query().is_some() && !url.query_pairs().all(|(name, _)| ours(&name)) {
        shown.set_query(None);
        return format!("{shown}?…");
    }
    shown.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: ErrorKind, detail: Option<&str>, tries: u32) -> RegistryError {
        let url = "http://127.0.0.1:5000/v2/x/manifests/1".to_owned();
        let asked = Asked { method: "GET", url, tries, elapsed: Duration::from_millis(1_540) };
        RegistryError::new(asked, kind, detail.map(str::to_owned), None)
    }

    #[test]
    fn errors_say_what_where_and_how_often() {
        #[track_caller]
        fn check(error: &RegistryError, expected: &str) {
            assert_eq!(error.to_string(), format!("GET http://127.0.0.1:5000/v2/x/manifests/1: {expected}"));
        }
        let found = error(ErrorKind::NotFound, Some("404 MANIFEST_UNKNOWN"), 1);
        check(&found, "not found (404 MANIFEST_UNKNOWN) after 1 try in 1.5 s");
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
        check(&large, "larger than the 4194304 bytes that are read of this after 1 try in 1.5 s");
        let options = RegistryError::configuration("no".to_owned());
        assert_eq!(options.to_string(), "no");
    }

    #[test]
    fn secrets_are_not_shown() {
        #[track_caller]
        fn check(url: &str, expected: &str) {
            assert_eq!(shown_url(&Url::parse(url).unwrap()), expected);
        }
        check("https://user:hunter2@r.example/v2/", "https://r.example/v2/");
        check("https://s3.example/b?X-Amz-Signature=abc&n=1", "https://s3.example/b?…");
        check("https://r.example/v2/_catalog?n=5&last=a", "https://r.example/v2/_catalog?n=5&last=a");
        check("https://a.example/token?service=r&scope=x", "https://a.example/token?service=r&scope=x");
        check("https://a.example/token?service=r&key=x", "https://a.example/token?…");
        check("https://r.example/v2/#token", "https://r.example/v2/");
    }
}
