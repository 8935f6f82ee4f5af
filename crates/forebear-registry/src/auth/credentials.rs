//! Whom a registry is asked as.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use http::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::account::Account;

/// Whom a registry is asked as. Nothing in it prints.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Anonymously. A registry that asks for a token gets an anonymous one.
    #[default]
    Anonymous,
    /// A ready `Authorization` header (`Bearer …`, `Basic …`), sent to the
    /// registry as it is. No token is asked for with it.
    Header(HeaderValue),
    /// An account: for `Basic`, and for the token server.
    Password {
        /// Name of the account.
        username: String,
        /// Its password or access token.
        password: SecretString,
    },
    /// What `docker login` got instead of keeping a password: the refresh
    /// token of distribution's `oauth.md`. Only the token server sees it.
    IdentityToken(SecretString),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Header(_) => "Header(…)",
            Self::Password { .. } => "Password(…)",
            Self::IdentityToken(_) => "IdentityToken(…)",
        })
    }
}

impl Credentials {
    /// An account as Docker writes it down; the name `<token>` marks an identity
    /// token (docker-credential-helpers).
    pub(super) fn of_account(username: &str, secret: &str) -> Self {
        match username {
            "<token>" => Self::IdentityToken(secret.into()),
            _ => Self::Password { username: username.to_owned(), password: secret.into() },
        }
    }

    /// Whether this is nobody.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        matches!(self, Self::Anonymous)
    }

    /// Whose they are; `None` for nobody's.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        match self {
            Self::Anonymous => None,
            Self::Password { username, .. } => Some(Account::User(username.clone())),
            Self::Header(_) | Self::IdentityToken(_) => Some(Account::Token),
        }
    }

    /// The header that is sent without being asked for.
    pub(super) fn ready(&self) -> Option<HeaderValue> {
        match self {
            Self::Header(value) => Some(sensitive(value.clone())),
            _ => None,
        }
    }

    /// Everything in it that nobody else is to read, as it may be sent.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let of_account = |pair: &str| {
            let encoded = [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD].map(|way| way.encode(pair));
            let password = pair.split_once(':').map(|(_, password)| password.to_owned());
            encoded.into_iter().chain(password).chain([pair.to_owned()]).map(SecretString::from).collect()
        };
        match self {
            Self::Anonymous => Vec::new(),
            Self::IdentityToken(token) => vec![token.clone()],
            Self::Password { username, password } => of_account(&format!("{username}:{}", password.expose_secret())),
            Self::Header(header) => {
                let text = header.to_str().unwrap_or_default();
                let (scheme, rest) = text.split_once(' ').unwrap_or(("", text));
                let pair = || String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok();
                match scheme.eq_ignore_ascii_case("basic").then(pair).flatten() {
                    Some(pair) => of_account(&pair),
                    None => vec![rest.trim().to_owned().into()],
                }
            }
        }
    }

    /// `Basic` of RFC 7617, where there is an account.
    pub(crate) fn basic(&self) -> Option<HeaderValue> {
        let Self::Password { username, password } = self else { return None };
        let pair = SecretString::from(format!("{username}:{}", password.expose_secret()));
        let header = format!("Basic {}", STANDARD.encode(pair.expose_secret()));
        // Base64 is always a header's text.
        HeaderValue::try_from(header).ok().map(sensitive)
    }
}

/// The same header, which no `Debug` shows.
pub(super) fn sensitive(mut value: HeaderValue) -> HeaderValue {
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints() {
        let password = Credentials::Password { username: "amy".to_owned(), password: "hunter2".into() };
        let header = Credentials::Header(HeaderValue::from_static("Bearer hunter2"));
        let identity = Credentials::IdentityToken("hunter2".into());
        let shown = format!("{password:?} {header:?} {identity:?} {:?} {:?}", header.ready(), password.basic());
        assert!(!shown.contains("hunter2") && !shown.contains("YW15"), "{shown}");
    }

    #[test]
    fn basic_is_rfc_7617() {
        let account =
            Credentials::Password { username: "Aladdin".to_owned(), password: "open sesame".into() }.basic().unwrap();
        assert_eq!(account.to_str().unwrap(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert_eq!(Credentials::Anonymous.basic(), None);
        assert_eq!(Credentials::IdentityToken("x".into()).basic(), None);
    }
}
