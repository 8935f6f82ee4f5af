//! The kinds of what can go wrong, each with its code and what to do about it.

use std::time::Duration;

use forebear_image::Digest;

use super::shown::Shown;
use crate::auth::Challenge;
use crate::limits::LimitKind;

/// What a server of TLS answers to who speaks none, for one.
pub(crate) const NOT_HTTP: &str = "the answer is not HTTP: something else listens there, or a registry that speaks TLS";

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
    #[error("{shown}")]
    Unauthorized {
        /// How to be let in, if the registry said.
        challenge: Option<Challenge>,
        /// What it had been shown.
        shown: Shown,
    },
    /// The token that the registry asks for was not received.
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
    /// A limit, met again each time its wait was over. It is this request's: others
    /// came through meanwhile.
    #[error("the registry's limit is met again each time it was waited for")]
    StillLimited {
        /// How often it was met.
        waits: u32,
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
        /// What was asked for, or what was told of bytes that are no manifest.
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
            Self::RateLimited { .. } | Self::StillLimited { .. } => "rate_limited",
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

    /// The same, its foreign text as `told` gives it.
    pub(crate) fn retold(self, told: &impl Fn(String) -> String) -> Self {
        match self {
            Self::Configuration(text) => Self::Configuration(told(text)),
            Self::NotARegistry(text) => Self::NotARegistry(told(text)),
            Self::Protocol(text) => Self::Protocol(told(text)),
            Self::Paging(text) => Self::Paging(told(text)),
            Self::Redirect(text) => Self::Redirect(told(text)),
            Self::Unauthorized { challenge, shown } => Self::Unauthorized {
                challenge: challenge.map(|challenge| challenge.retold(told)),
                shown: shown.retold(told),
            },
            kind @ (Self::Dns
            | Self::Connect
            | Self::Tls
            | Self::WrongScheme { .. }
            | Self::Timeout
            | Self::Interrupted
            | Self::Token
            | Self::Forbidden
            | Self::NoCatalog { .. }
            | Self::NotFound
            | Self::RateLimited { .. }
            | Self::StillLimited { .. }
            | Self::Server(_)
            | Self::Status(_)
            | Self::TooLarge { .. }
            | Self::TooMany { .. }
            | Self::DigestMismatch { .. }) => kind,
        }
    }

    /// What to do about it.
    pub(super) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Dns => "check the registry's name, and that this machine can resolve names",
            Self::Connect => "check the host and port, and that the registry is running",
            Self::Tls => {
                "give the certificate of the registry or of its authority by --ca-file, or put it into certs.d/HOST:PORT/ca.crt; check the date of this machine; --insecure asks without checking"
            }
            Self::WrongScheme { speaks: "https" } => "leave out --plain-http, or http:// before the host",
            Self::WrongScheme { .. } => "use --plain-http if this registry is meant to be spoken to without TLS",
            Self::Timeout | Self::Interrupted | Self::Server(_) => {
                "the registry or the way to it is in trouble; try again later"
            }
            Self::NotARegistry(_) => "give the registry's host, not that of its web page",
            Self::Unauthorized { shown, .. } => shown.hint(),
            Self::NoCatalog { namespaces: true } => {
                "name the repositories, or the namespaces with source = \"namespace\" (library, grafana)"
            }
            Self::NoCatalog { namespaces: false } => "name the repositories to walk",
            Self::Token => {
                "the registry's token server is in trouble, or is not where this client may go; try again later"
            }
            Self::Forbidden => "ask for access, or leave this repository out",
            Self::StillLimited { .. } => "ask more slowly, or try this again later",
            Self::RateLimited { .. } => "wait, then go on; what is stored already is not asked for again",
            Self::DigestMismatch { .. } => "the registry or a proxy before it changes content; nothing was kept",
            _ => return None,
        })
    }
}
