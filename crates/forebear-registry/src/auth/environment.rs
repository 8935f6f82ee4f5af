//! Credentials from the environment.

use std::ffi::OsString;

use http::header::HeaderValue;
use secrecy::SecretString;

use super::credentials::{Credentials, sensitive};

const USERNAME: &str = "FOREBEAR_USERNAME";
const PASSWORD: &str = "FOREBEAR_PASSWORD";
const TOKEN: &str = "FOREBEAR_TOKEN";

/// Reads them; an empty variable is as good as none. The error is a sentence
/// that repeats no value.
pub(super) fn load(variable: impl Fn(&str) -> Option<OsString>) -> Result<Credentials, String> {
    let read = |name: &str| match variable(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
        Some(Err(_)) => Err(format!("{name} is not text")),
    };
    match (read(USERNAME)?, read(PASSWORD)?, read(TOKEN)?) {
        (None, None, Some(token)) => HeaderValue::try_from(format!("Bearer {}", token.trim()))
            .map(|header| Credentials::Header(sensitive(header)))
            .map_err(|_| format!("{TOKEN} has characters that no header can carry")),
        (Some(username), _, None) if username.contains(':') => {
            Err(format!("{USERNAME} has a colon, which no account's name can have (RFC 7617)"))
        }
        (Some(username), Some(password), None) => {
            Ok(Credentials::Password { username, password: SecretString::from(password) })
        }
        (None, None, None) => Err(format!("set {USERNAME} and {PASSWORD}, or {TOKEN}")),
        (_, _, Some(_)) => Err(format!("set either {USERNAME} and {PASSWORD}, or {TOKEN}, not both")),
        (None, Some(_), None) => Err(format!("{PASSWORD} is set and {USERNAME} is not")),
        (Some(_), None, None) => Err(format!("{USERNAME} is set and {PASSWORD} is not")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_be_set() {
        #[track_caller]
        fn check(username: &str, password: &str, token: &str, expected: Result<&str, &str>) {
            let got = load(|name| {
                Some(OsString::from(match name {
                    USERNAME => username,
                    PASSWORD => password,
                    _ => token,
                }))
            });
            match (got, expected) {
                (Ok(got), Ok(shown)) => assert_eq!(format!("{got:?}"), shown),
                (Err(error), Err(part)) => {
                    assert!(error.contains(part), "{error}");
                    assert!(!error.contains("hunter2"), "{error}");
                }
                (got, _) => panic!("{got:?}, expected {expected:?}"),
            }
        }
        check("amy", "hunter2", "", Ok("Password(…)"));
        check("", "", "hunter2", Ok("Header(…)"));
        check("", "", "", Err("set FOREBEAR_USERNAME"));
        check("amy", "", "", Err("FOREBEAR_PASSWORD is not"));
        check("", "hunter2", "", Err("FOREBEAR_USERNAME is not"));
        check("amy", "hunter2", "hunter2", Err("not both"));
        check("a:b", "hunter2", "", Err("colon"));
        check("", "", "hunter2\nX-Evil: 1", Err("no header"));
        assert!(load(|_| None).is_err());
    }
}
