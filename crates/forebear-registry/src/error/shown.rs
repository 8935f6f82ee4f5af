//! What a registry had been shown when it answered 401.

use std::fmt;

use crate::auth::Account;

/// What a registry had been shown when it answered 401: a wrong password is told
/// from none, and from a right one that does not reach so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// Nothing, or a token that everybody gets.
    #[default]
    Nothing,
    /// An account.
    Account(Account),
    /// A token that was given out for an account.
    TokenOf(Account),
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("authentication is required"),
            Self::Account(account @ Account::User(_)) => {
                write!(f, "the registry rejected the credentials of {account}")
            }
            Self::Account(Account::Token) => write!(f, "the registry rejected {}", Account::Token),
            Self::TokenOf(account) => write!(f, "no access for {account}"),
        }
    }
}

impl Shown {
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Nothing => {
                "log in with 'docker login' or 'podman login', or set FOREBEAR_USERNAME and FOREBEAR_PASSWORD and use --auth env; many registries offer no catalog even so"
            }
            Self::Account(_) => "log in again, or use --auth none to ask anonymously",
            Self::TokenOf(_) => "ask for access for this account, or log in with another",
        }
    }

    pub(super) fn retold(self, told: &impl Fn(String) -> String) -> Self {
        match self {
            Self::Nothing => Self::Nothing,
            Self::Account(account) => Self::Account(account.retold(told)),
            Self::TokenOf(account) => Self::TokenOf(account.retold(told)),
        }
    }
}
