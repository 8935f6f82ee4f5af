//! What a registry answered, and how an unwelcome answer becomes an error.

use bytes::Bytes;
use forebear_image::Digest;
use forebear_image::media_type::essence;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::address::Reach;
use crate::attempts::Attempts;
use crate::auth::Challenge;
use crate::encoding::Encoding;
use crate::error::{ErrorKind, RegistryError, Shown};
use crate::error_body::ErrorBody;
use crate::failure::Failure;
use crate::host::Pass;
use crate::limits::{LimitKind, Quota, asked_pause, is_limit};
use crate::quoted::quoted;
use crate::retry::is_passing;

/// The most bytes read of an answer that is an error.
pub(crate) const ERROR_CAP: usize = 64 * 1024;

/// One complete answer of any status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) attempts: Attempts,
    /// Where it came from in the end, redirects followed.
    pub(crate) url: Url,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How the body was packed; it is unpacked.
    pub(crate) encoding: Option<Encoding>,
    /// The body where it was to be left to the caller.
    pub(crate) rest: Option<OpenBody>,
    /// How far away the host is that was asked first.
    pub(crate) peer: Reach,
    /// What was sent after a 401 before it: if this is a 401 again, that was
    /// refused too.
    pub(crate) retried_with: CredentialKind,
    /// If this is a 401: whom it was shown that asks.
    pub(crate) shown: Shown,
}

/// What was sent after a 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// Nothing: there was no 401, or nothing to send.
    None,
    /// The account.
    Account,
    /// A token that was received for it.
    Token,
}

/// A body that has not been read, and the right to read it.
#[derive(Debug)]
pub(crate) struct OpenBody {
    pub(crate) response: reqwest::Response,
    pub(crate) _pass: Pass,
}

impl Answer {
    /// An error about this answer.
    pub(crate) fn fail(&self, kind: ErrorKind) -> RegistryError {
        self.attempts.error(Failure::lasting(kind))
    }

    /// An error about this answer's content, which does not agree with its
    /// digest: what was done to it on the way explains that, if anything was.
    pub(crate) fn mismatch(&self, expected: Digest, actual: Digest) -> RegistryError {
        match &self.encoding {
            None => self.fail(ErrorKind::DigestMismatch { expected, actual }),
            Some(encoding) => self.attempts.error(encoding.refusal("; unpacked it is not what its digest says")),
        }
    }

    /// The answer, if its status is a success.
    pub(crate) fn success(self) -> Result<Self, RegistryError> {
        match self.failure() {
            None => Ok(self),
            Some(failure) => Err(self.attempts.error(failure)),
        }
    }

    /// What a status that is no success means.
    pub(crate) fn failure(&self) -> Option<Failure> {
        if self.status.is_success() {
            return None;
        }
        let status = self.status.as_u16();
        let body = ErrorBody::read(&self.body);
        let challenge = Challenge::from_headers(&self.headers);
        let wait = asked_pause(self.status, &self.headers);
        let mut detail = body.describe(status, self.is_html());
        if status == 401 && self.retried_with != CredentialKind::None {
            detail = format!("{detail}; also with what the registry asked for");
        }
        if let Some(wrong) = challenge.as_ref().and_then(|c| c.error.as_ref()).filter(|_| status == 401) {
            detail = format!("{detail}; {}", quoted(wrong));
        }
        if let Some(realm) = challenge.as_ref().and_then(|c| c.realm.as_ref()).filter(|_| status == 401) {
            detail = format!("{detail}; realm {}", quoted(realm));
        }
        let is_limit = is_limit(self.status, &self.headers, wait, (&body, &self.body));
        let kind = match status {
            _ if body.text_says("HTTP request to an HTTPS server") => ErrorKind::WrongScheme { speaks: "https" },
            _ if body.text_says("plain HTTP request was sent to HTTPS") => ErrorKind::WrongScheme { speaks: "https" },
            // "Again after 0 s", or at a time that is over, is no time told.
            _ if is_limit => {
                let retry_after = wait.filter(|wait| !wait.is_zero());
                ErrorKind::RateLimited { retry_after, chosen: None, limit: self.limit(&body) }
            }
            401 => ErrorKind::Unauthorized { challenge, shown: self.shown.clone() },
            403 => ErrorKind::Forbidden,
            // A proxy's own page says nothing of what the registry has.
            404 if self.is_html() => ErrorKind::Status(status),
            404 => ErrorKind::NotFound,
            500.. => ErrorKind::Server(status),
            _ => ErrorKind::Status(status),
        };
        let registry_code = body.code;
        let passing = is_limit || is_passing(self.status);
        Some(Failure { detail: Some(detail), registry_code, passing, wait, ..Failure::lasting(kind) })
    }

    /// Which limit it is about. The answer to a HEAD has no body, but headers.
    fn limit(&self, body: &ErrorBody) -> LimitKind {
        match LimitKind::of(body.code.as_deref(), body.message.as_deref(), self.is_html()) {
            LimitKind::Requests if Quota::read(&self.headers).is_some_and(|quota| quota.remaining == 0) => {
                LimitKind::PullQuota
            }
            limit => limit,
        }
    }

    /// A header as text; `None` if absent or not text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The content type without parameters; empty if there is none.
    pub(crate) fn content_type(&self) -> &str {
        essence(self.header(CONTENT_TYPE.as_str()).unwrap_or_default())
    }

    /// Whether this is a web page. The answer to a HEAD has no more than its
    /// type to tell by.
    pub(crate) fn is_html(&self) -> bool {
        let start = self.body.trim_ascii_start();
        let looks = |tag: &[u8]| start.get(..tag.len()).is_some_and(|s| s.eq_ignore_ascii_case(tag));
        let shows = || self.attempts.method == "HEAD" || looks(b"<");
        looks(b"<!doctype html") || looks(b"<html") || (self.content_type() == "text/html" && shows())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> Answer {
        let url = Url::parse("http://r.example/v2/x").unwrap();
        Answer {
            attempts: Attempts {
                method: "GET",
                url: url.clone(),
                tries: 1,
                started: tokio::time::Instant::now(),
                sent: std::sync::Arc::default(),
            },
            url,
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect(),
            body: Bytes::from_static(body.as_bytes()),
            encoding: None,
            rest: None,
            peer: Reach::Loopback,
            retried_with: CredentialKind::None,
            shown: Shown::Nothing,
        }
    }

    #[test]
    fn statuses_become_kinds() {
        #[track_caller]
        fn check(status: u16, body: &'static str, code: &str, text: &str) {
            let error = answer(status, &[], body).success().unwrap_err();
            assert_eq!(error.kind().code(), code);
            assert_eq!(error.to_string(), format!("GET http://r.example/v2/x: {text}"));
        }
        let unknown = r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"1"}}]}"#;
        check(404, unknown, "not_found", "not found (404 MANIFEST_UNKNOWN: manifest unknown)");
        check(404, r#"{"errors":[{"code":"NAME_UNKNOWN"}]}"#, "not_found", "not found (404 NAME_UNKNOWN)");
        check(404, "404 page not found\n", "not_found", "not found (404: 404 page not found)");
        check(404, "<html>no such site</html>", "unexpected_status", "an unexpected answer (404, an HTML page)");
        check(403, "", "forbidden", "not allowed (403)");
        check(429, "", "rate_limited", "the registry's limit is reached (429)");
        check(500, "<html><body>oh", "server_error", "the registry failed (500, an HTML page)");
        check(502, "bad\u{1b}[2Jgateway", "server_error", "the registry failed (502: bad\\u{1b}[2Jgateway)");
        check(418, "{}", "unexpected_status", "an unexpected answer (418: {})");
        check(405, r#"{"errors":[]}"#, "unexpected_status", "an unexpected answer (405)");
        let go = "Client sent an HTTP request to an HTTPS server.\n";
        check(400, go, "wrong_scheme", &format!("the server speaks https here (400: {})", go.trim()));
    }

    #[test]
    fn a_401_shows_where_to_go() {
        let header = ("www-authenticate", "Bearer realm=\"https://auth.example/token\",service=\"r\"");
        let error = answer(401, &[header], "").success().unwrap_err();
        assert!(
            error.to_string().contains("authentication is required (401; realm https://auth.example/token)"),
            "{error}"
        );
        assert!(error.hint().is_some());
    }

    #[test]
    fn what_is_a_web_page() {
        #[track_caller]
        fn check(content_type: &'static str, body: &'static str, expected: bool) {
            assert_eq!(answer(200, &[("content-type", content_type)], body).is_html(), expected);
        }
        check("text/html; charset=utf-8", "<h1>it works", true);
        check("text/html", "true", false);
        check("text/plain", "\n <!DOCTYPE HTML>", true);
        check("application/json", "{}", false);
    }
}
