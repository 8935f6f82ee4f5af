//! Kinds of failures.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Why something could not be fetched, as a stable code: its form in the store,
/// in reports and in JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum FailureKind {
    /// A config that is none.
    Config,
    /// The options or the arguments cannot be used.
    Configuration,
    /// No connection: refused, unreachable.
    Connect,
    /// The bytes are not those that the digest names.
    DigestMismatch,
    /// The host's name has no address.
    Dns,
    /// Not allowed, with these credentials or at all.
    Forbidden,
    /// A fault of forebear itself.
    Internal,
    /// The connection broke before the end of the answer.
    Interrupted,
    /// A manifest that is none.
    Manifest,
    /// A tag that moved between two requests.
    Moved,
    /// The registry does not list its repositories.
    NoCatalog,
    /// Something else answers at the address.
    NotARegistry,
    /// It is not there.
    NotFound,
    /// A list that does not end.
    Paging,
    /// An answer that breaks the protocol.
    Protocol,
    /// An attestation or its statement that is none.
    Provenance,
    /// The registry's limit.
    RateLimited,
    /// A redirect that is not followed.
    Redirect,
    /// The registry is in trouble.
    ServerError,
    /// Nothing came for too long.
    Timeout,
    /// No secure connection.
    Tls,
    /// No token could be had.
    Token,
    /// More bytes than are taken.
    TooLarge,
    /// More entries than are taken.
    TooMany,
    /// Credentials are needed.
    Unauthorized,
    /// A status that means nothing here.
    UnexpectedStatus,
    /// Plain HTTP where TLS was spoken, or the other way round.
    WrongScheme,
    /// Names that break the grammar: a warning today.
    InvalidName,
    /// Indexes nested too deep: a warning today.
    Nesting,
    /// What another version wrote.
    Other(String),
}

/// Writes each code once, for both directions.
macro_rules! codes {
    ($($name:ident = $code:literal,)*) => {
        impl FailureKind {
            /// Its code.
            #[must_use]
            pub fn code(&self) -> &str {
                match self {
                    $(Self::$name => $code,)*
                    Self::Other(code) => code,
                }
            }
        }

        impl From<String> for FailureKind {
            fn from(code: String) -> Self {
                match code.as_str() {
                    $($code => Self::$name,)*
                    _ => Self::Other(code),
                }
            }
        }

        #[cfg(test)]
        const CODES: &[&str] = &[$($code,)*];
    };
}

codes! {
    Config = "config",
    Configuration = "configuration",
    Connect = "connect",
    DigestMismatch = "digest_mismatch",
    Dns = "dns",
    Forbidden = "forbidden",
    Internal = "internal",
    Interrupted = "interrupted",
    Manifest = "manifest",
    Moved = "moved",
    NoCatalog = "no_catalog",
    NotARegistry = "not_a_registry",
    NotFound = "not_found",
    Paging = "paging",
    Protocol = "protocol",
    Provenance = "provenance",
    RateLimited = "rate_limited",
    Redirect = "redirect",
    ServerError = "server_error",
    Timeout = "timeout",
    Tls = "tls",
    Token = "token",
    TooLarge = "too_large",
    TooMany = "too_many",
    Unauthorized = "unauthorized",
    UnexpectedStatus = "unexpected_status",
    WrongScheme = "wrong_scheme",
    InvalidName = "invalid_name",
    Nesting = "nesting",
}

impl From<FailureKind> for String {
    fn from(kind: FailureKind) -> Self {
        kind.code().to_owned()
    }
}

/// By code, as reports list them.
impl Ord for FailureKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for FailureKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_a_kind_of_that_code() {
        for code in CODES {
            let kind = FailureKind::from((*code).to_owned());
            assert_eq!(kind.code(), *code);
            assert!(!matches!(kind, FailureKind::Other(_)), "{code}");
        }
        assert_eq!(FailureKind::from("new".to_owned()), FailureKind::Other("new".to_owned()));
    }
}
