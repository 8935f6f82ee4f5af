//! Whom a registry is asked as, and where that was found.

use std::fmt;
use std::path::PathBuf;

use super::account::Account;
use super::credentials::Credentials;

/// Credentials, and where they were found.
#[derive(Clone, Debug, Default)]
pub struct Login {
    /// The credentials.
    pub credentials: Credentials,
    /// Where they were found; `None` for nobody's.
    pub from: Option<LoginSource>,
}

/// Where credentials were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoginSource {
    /// A file that `docker login`, `podman login` or `skopeo login` writes.
    File(PathBuf),
    /// A credential helper, by its program.
    Helper(String),
    /// `FOREBEAR_USERNAME` and its like.
    Environment,
}

impl fmt::Display for LoginSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Helper(program) => f.write_str(program),
            Self::Environment => f.write_str("the environment"),
        }
    }
}

/// As whom, in a few words: `anonymously`, `as user 'amy' (/home/amy/.docker/config.json)`.
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.credentials.account() {
            None => return f.write_str("anonymously"),
            Some(account @ Account::User(_)) => write!(f, "as {account}")?,
            Some(Account::Token) => f.write_str("with a token")?,
        }
        match &self.from {
            Some(from) => write!(f, " ({from})"),
            None => Ok(()),
        }
    }
}
