//! By what an answer is known to be a limit, whatever its status.
//!
//! 429 says so. Gateways, proxies and some registries say it with 403 or 503,
//! and then one of the signs below is needed: a bare 403 is a denial, a bare
//! 503 a registry in trouble. The list is closed, so that a new sign is added
//! here, with where it was seen, and nowhere else.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

use super::pause::may_be_limit;
use super::quota::Quota;
use crate::error_body::ErrorBody;

/// The distribution spec's code, which ECR has with "Rate exceeded":
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes>,
/// <https://github.com/mitogen-hq/mitogen/pull/790>
const CODE: &str = "TOOMANYREQUESTS";

/// What texts say, in lower case.
const PHRASES: [&[u8]; 2] = [
    // GHCR's 403, "You have exceeded a secondary rate limit":
    // https://github.com/markrussinovich/refchecker/pull/67
    // A proxy's DENIED, "Request exceeded pull rate limit":
    // https://github.com/seqeralabs/wave/pull/610
    // A gateway's page, "temporarily rate limited":
    // https://github.com/ketches/registry-proxy/issues/5
    b"rate limit",
    // Docker Hub's abuse limit, and what a proxy makes of it ("too many requests
    // to upstream registry"):
    // https://github.com/docker/hub-feedback/issues/2464
    // https://github.com/goharbor/harbor/issues/19257
    b"too many requests",
];

/// Whether an answer is a limit. `asked` is the pause it asks for, `body` what
/// it says, `bytes` all of that.
pub(crate) fn is_limit(
    status: StatusCode,
    headers: &HeaderMap,
    asked: Option<Duration>,
    (body, bytes): (&ErrorBody, &[u8]),
) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || (may_be_limit(status) && has_sign(headers, asked, body, bytes))
}

fn has_sign(headers: &HeaderMap, asked: Option<Duration>, body: &ErrorBody, bytes: &[u8]) -> bool {
    // RFC 9110, section 10.2.3, which has it with 503; GitHub sends it with 403:
    // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    // "Again after 0 s" is no wait that was told.
    let waits = asked.is_some_and(|wait| !wait.is_zero());
    // "x-ratelimit-remaining: 0" with 403: the same page.
    let used_up = || Quota::read(headers).is_some_and(|quota| quota.remaining == 0);
    waits || body.has_code(CODE) || used_up() || PHRASES.iter().any(|phrase| says(bytes, phrase))
}

/// Whether a text has a phrase, which is in lower case.
fn says(text: &[u8], phrase: &[u8]) -> bool {
    text.windows(phrase.len()).any(|part| part.eq_ignore_ascii_case(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p289_a_closed_list_of_signs() {
        #[track_caller]
        fn check(status: u16, headers: &[(&'static str, &'static str)], bytes: &str, expected: bool) {
            let headers = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect();
            let status = StatusCode::from_u16(status).unwrap();
            let asked = super::super::asked_pause(status, &headers);
            let body = ErrorBody::read(bytes.as_bytes());
            assert_eq!(is_limit(status, &headers, asked, (&body, bytes.as_bytes())), expected, "{status} {bytes}");
        }
        let denied = r#"{"errors":[{"code":"DENIED","message":"requested access to the resource is denied"}]}"#;
        check(429, &[], "", true);
        for status in [403, 503] {
            check(status, &[], "", false);
            check(status, &[], denied, false);
            check(status, &[], "<html><h1>Forbidden</h1></html>", false);
            check(status, &[], r#"{"errors":[{"code":"TOOMANYREQUESTS","message":"Rate exceeded"}]}"#, true);
            check(status, &[], r#"{"errors":[{"code":"toomanyrequests"}]}"#, true);
            check(status, &[], r#"{"errors":[{"code":"DENIED"},{"code":"TOOMANYREQUESTS"}]}"#, true);
            check(status, &[], r#"{"errors":[{"code":"DENIED","message":"API Rate Limit exceeded"}]}"#, true);
            check(status, &[], r#"{"message":"You have exceeded a secondary rate limit."}"#, true);
            check(status, &[], "<title>503 Too Many Requests</title>", true);
            let far = format!("<html>{}temporarily rate limited</html>", " ".repeat(30_000));
            check(status, &[], &far, true);
            check(status, &[("retry-after", "30")], "", true);
            check(status, &[("retry-after", "0")], "", false);
            check(status, &[("retry-after", "soon")], "", false);
            check(status, &[("retry-after", "-5")], "", false);
            check(status, &[("retry-after", "Fri, 01 Jan 2021 00:00:00 GMT")], "", false);
            check(status, &[("x-ratelimit-remaining", "0")], "", true);
            check(status, &[("ratelimit-remaining", "0;w=21600")], "", true);
            check(status, &[("ratelimit", "\"default\";r=0;t=30")], "", true);
            check(status, &[("x-ratelimit-remaining", "4999")], denied, false);
        }
        // No other status is one, whatever it says.
        for status in [400, 401, 404, 500, 502] {
            check(status, &[("retry-after", "30"), ("x-ratelimit-remaining", "0")], "too many requests", false);
        }
    }
}
