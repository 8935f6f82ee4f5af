//! Who asks. The seam for authentication: the token flow (anonymous and with
//! an account), the docker config and the environment belong in here and
//! nowhere else; [`crate::perform`] asks for a header per request and shows a
//! 401's challenge.

use std::fmt;

use http::HeaderMap;
use http::header::{HeaderValue, WWW_AUTHENTICATE};

/// Whom a registry is asked as.
#[derive(Clone, Default)]
pub enum Credentials {
    /// As nobody: no `Authorization` header.
    #[default]
    Anonymous,
    /// A ready `Authorization` header (`Bearer …`, `Basic …`). It is never
    /// sent to another host than the registry, and never printed.
    Header(HeaderValue),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anonymous => "Anonymous",
            Self::Header(_) => "Header(…)",
        })
    }
}

impl Credentials {
    /// The header for a request to the registry itself.
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        match self {
            Self::Anonymous => None,
            Self::Header(value) => {
                let mut value = value.clone();
                value.set_sensitive(true);
                Some(value)
            }
        }
    }
}

/// What a 401 says about how to be let in: RFC 9110 section 11.6.1, one
/// challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// `Bearer`, `Basic`, as written.
    pub scheme: String,
    /// Where tokens are given out, or the name of the realm.
    pub realm: Option<String>,
    /// The service a token is for.
    pub service: Option<String>,
    /// What the token must allow: `repository:library/alpine:pull`.
    pub scope: Option<String>,
}

impl Challenge {
    /// The first challenge of an answer.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).and_then(Self::parse)
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(' ').unwrap_or((text, ""));
        if scheme.is_empty() {
            return None;
        }
        let mut challenge = Self { scheme: scheme.to_owned(), realm: None, service: None, scope: None };
        let mut rest = rest;
        while let Some((name, after)) = rest.split_once('=') {
            let (value, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => after.split_once(',').unwrap_or((after, "")),
            };
            let value = Some(value.trim().to_owned());
            match name.trim_matches([' ', ',']).to_ascii_lowercase().as_str() {
                "realm" => challenge.realm = challenge.realm.or(value),
                "service" => challenge.service = challenge.service.or(value),
                "scope" => challenge.scope = challenge.scope.or(value),
                _ => {}
            }
            rest = after;
        }
        Some(challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        #[track_caller]
        fn check(text: &str, scheme: &str, realm: Option<&str>, service: Option<&str>, scope: Option<&str>) {
            let challenge = Challenge::parse(text).unwrap();
            assert_eq!(challenge.scheme, scheme);
            let got = (challenge.realm.as_deref(), challenge.service.as_deref(), challenge.scope.as_deref());
            assert_eq!(got, (realm, service, scope));
        }
        check(
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#,
            "Bearer",
            Some("https://auth.docker.io/token"),
            Some("registry.docker.io"),
            Some("repository:a/b:pull,push"),
        );
        check("Basic realm=\"Registry Realm\"", "Basic", Some("Registry Realm"), None, None);
        check("Bearer realm=https://x/token, service=y", "Bearer", Some("https://x/token"), Some("y"), None);
        check("Negotiate", "Negotiate", None, None, None);
        check("Bearer realm=\"open", "Bearer", Some("open"), None, None);
        assert_eq!(Challenge::parse("  "), None);
    }

    #[test]
    fn a_header_does_not_print() {
        let secret = Credentials::Header(HeaderValue::from_static("Bearer hunter2"));
        assert!(!format!("{secret:?} {:?}", secret.authorization()).contains("hunter2"));
    }
}
