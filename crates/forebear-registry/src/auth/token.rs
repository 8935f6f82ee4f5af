//! What a token server answers (distribution's `spec/auth/token.md`).

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, HeaderValue};
use serde::Deserialize;

use super::credentials::sensitive;
use super::scope::covers;

/// What a token is good for where the answer does not say (`token.md`).
const DEFAULT_LIFETIME: u64 = 60;
/// Longer than any server means; longer is not believed.
const LONGEST_LIFETIME: u64 = 24 * 3600;
/// A token is renewed this long before its end, or a tenth of its life.
const EARLY: Duration = Duration::from_secs(10);
/// The most characters of a token. Registries refuse headers far shorter.
const LONGEST: usize = 64 * 1024;

/// A token, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) header: HeaderValue,
    /// How long it is to be used, from the moment of the answer.
    pub(super) useful: Duration,
}

#[derive(Deserialize)]
struct Document {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<serde_json::Value>,
    issued_at: Option<String>,
    scope: Option<String>,
}

/// Reads an answer; the error is a sentence.
pub(super) fn read(body: &[u8], headers: &HeaderMap, asked: Option<&str>) -> Result<Token, String> {
    // serde's own message may quote a secret.
    let document: Document = serde_json::from_slice(body).map_err(|_| "the answer is not a token's JSON".to_owned())?;
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let token = some(document.token).or(some(document.access_token)).ok_or("the answer has no token")?;
    if token.len() > LONGEST {
        return Err(format!("the token is longer than {LONGEST} characters"));
    }
    if let (Some(granted), Some(asked)) = (some(document.scope), asked)
        && !covers(&granted, asked)
    {
        return Err(format!("the token is for '{}', and '{asked}' was asked for", crate::quoted::quoted(&granted)));
    }
    let header = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| "the token is no header's text")?;
    let seconds = match document.expires_in {
        // Some write the number as text.
        Some(serde_json::Value::String(text)) => text.trim().parse().ok(),
        Some(value) => value.as_f64().map(|seconds| seconds as u64),
        None => None,
    };
    let lifetime = seconds.unwrap_or(DEFAULT_LIFETIME).clamp(1, LONGEST_LIFETIME);
    let age = document.issued_at.and_then(|issued| age(&issued, headers)).unwrap_or(0);
    Ok(Token { header: sensitive(header), useful: useful(lifetime, age) })
}

/// How old the token is by the server's own clock. Without its `Date` nothing
/// is known: this machine's clock may be wrong by hours, and every token would
/// seem to have ended.
fn age(issued: &str, headers: &HeaderMap) -> Option<u64> {
    let now = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let issued: jiff::Timestamp = issued.parse().ok()?;
    now.duration_since(issued.into()).ok().map(|age| age.as_secs())
}

fn useful(lifetime: u64, age: u64) -> Duration {
    let left = Duration::from_secs(lifetime.saturating_sub(age));
    left.saturating_sub(EARLY.min(left / 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_read() {
        #[track_caller]
        fn check(body: &str, asked: Option<&str>, expected: Result<(&str, u64), &str>) {
            match (read(body.as_bytes(), &HeaderMap::new(), asked), expected) {
                (Ok(token), Ok((header, seconds))) => {
                    assert_eq!(token.header.to_str().unwrap(), header);
                    assert_eq!(token.useful, Duration::from_secs(seconds));
                    assert!(!format!("{token:?}").contains(header));
                }
                (Err(error), Err(part)) => {
                    assert!(error.contains(part), "{error}");
                    assert!(!error.contains("hunter2"), "{error}");
                }
                (got, _) => panic!("{body}: {got:?}, expected {expected:?}"),
            }
        }
        let a = Some("repository:a:pull");
        check(r#"{"token":"t"}"#, a, Ok(("Bearer t", 54)));
        check(r#"{"access_token":"t","expires_in":300}"#, a, Ok(("Bearer t", 290)));
        check(r#"{"token":"","access_token":"t","expires_in":"3600"}"#, a, Ok(("Bearer t", 3590)));
        check(r#"{"token":"t","expires_in":10}"#, a, Ok(("Bearer t", 9)));
        check(r#"{"token":"t","expires_in":1e300}"#, a, Ok(("Bearer t", 86_390)));
        check(r#"{"token":"t","scope":"repository:a:pull,push"}"#, a, Ok(("Bearer t", 54)));
        check(r#"{"token":"hunter2","scope":"repository:b:pull"}"#, a, Err("the token is for 'repository:b:pull'"));
        check(r#"{"token":"hunter2\n"}"#, a, Err("no header's text"));
        check(r#"{"token":["hunter2"]}"#, a, Err("not a token's JSON"));
        check(r#"{"detail":"no"}"#, a, Err("no token"));
        check(&format!(r#"{{"token":"{}"}}"#, "x".repeat(LONGEST + 1)), a, Err("longer than"));
        check("<html>", a, Err("not a token's JSON"));
        // No life at all would mean a token for every request.
        for lie in ["0", "-5", "\"0\""] {
            let body = format!(r#"{{"token":"t","expires_in":{lie}}}"#);
            assert_eq!(read(body.as_bytes(), &HeaderMap::new(), a).unwrap().useful, Duration::from_millis(900));
        }
    }

    #[test]
    fn the_servers_clock_counts_and_not_ours() {
        #[track_caller]
        fn check(issued: &str, date: Option<&'static str>, seconds: u64) {
            let mut headers = HeaderMap::new();
            headers.extend(date.map(|date| (DATE, HeaderValue::from_static(date))));
            let body = format!(r#"{{"token":"t","expires_in":300,"issued_at":"{issued}"}}"#);
            assert_eq!(read(body.as_bytes(), &headers, None).unwrap().useful, Duration::from_secs(seconds));
        }
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        check("1994-11-06T08:49:37Z", date, 290);
        check("1994-11-06T08:47:57Z", date, 190);
        check("1994-11-06T08:00:00Z", date, 0);
        check("1994-11-06T09:49:37+01:00", date, 290);
        check("2094-11-06T08:47:57Z", date, 290);
        check("1994-11-06T08:00:00Z", None, 290);
        check("yesterday", date, 290);
    }
}
