//! What an answer's headers say about limits. The place for quota headers
//! (`ratelimit-remaining: 76;w=21600`), dates in `Retry-After`,
//! `X-Retry-After` and the two kinds of Docker Hub's 429; today it reads
//! `Retry-After` in seconds.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

/// Ten years: far beyond any use, and still a time that can be added to now.
const FOREVER: u64 = 10 * 365 * 24 * 3600;

/// The pause that an answer asks for. Only the two statuses that mean "not
/// now" are listened to: on a redirect or a 200 the header means other things.
pub(crate) fn asked_pause(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return None;
    }
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // A number too large to read is a long pause, not none.
    Some(Duration::from_secs(text.parse().unwrap_or(FOREVER).min(FOREVER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_r2_pauses_are_read_and_never_shortened() {
        #[track_caller]
        fn check(status: u16, header: Option<&str>, expected: Option<u64>) {
            let mut headers = HeaderMap::new();
            if let Some(text) = header {
                headers.insert(RETRY_AFTER, text.parse().unwrap());
            }
            let pause = asked_pause(StatusCode::from_u16(status).unwrap(), &headers);
            assert_eq!(pause, expected.map(Duration::from_secs));
        }
        check(429, Some("120"), Some(120));
        check(429, Some(" 3600 "), Some(3600));
        check(503, Some("1"), Some(1));
        check(429, Some("99999999999999999999999"), Some(FOREVER));
        check(429, None, None);
        check(429, Some("-1"), None);
        check(429, Some("soon"), None);
        check(200, Some("120"), None);
    }
}
