//! The pause that an answer asks for: `Retry-After` in seconds or as a date
//! (RFC 9110, section 10.2.3), and `X-Retry-After` as a Unix time, which
//! Docker Hub sent before (docker/docs pull 22916).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

/// Ten years: far beyond any use, and still a time that can be added to now.
pub(crate) const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
/// Numbers from here on are Unix times and no waits: this many seconds are 31
/// years.
const TIMES_BEGIN: u64 = 1_000_000_000;
/// And from here on they are in milliseconds.
const MILLISECONDS_BEGIN: u64 = 100_000_000_000;

/// Whether an answer of this status may be a limit at all.
pub(crate) fn may_be_limit(status: StatusCode) -> bool {
    matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE)
}

/// The pause that an answer asks for: the longest of what it says. Only
/// statuses that may mean "not now" are listened to: on a redirect or a 200
/// the header means other things.
pub(crate) fn asked_pause(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    if !may_be_limit(status) {
        return None;
    }
    let texts = |name: &str| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
    let now = server_time(headers);
    let said = texts(RETRY_AFTER.as_str()).into_iter().filter_map(|text| number(text, now).or_else(|| date(text, now)));
    let said = said.chain(texts("x-retry-after").into_iter().filter_map(|text| number(text, now)));
    said.max()
}

/// When a wait that begins now is over. One too long to be represented is a
/// long wait, not none.
pub(crate) fn end_of(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait.min(FOREVER)).unwrap_or(now)
}

/// What time the server thinks it is. A date in its answers is meant by that
/// clock; only where it tells none is this machine's used.
pub(super) fn server_time(headers: &HeaderMap) -> SystemTime {
    let told = headers.get(DATE).and_then(|value| value.to_str().ok());
    told.and_then(|text| httpdate::parse_http_date(text.trim()).ok()).unwrap_or_else(SystemTime::now)
}

/// A wait in seconds, or a Unix time. A number too large to read is a long
/// wait, not none.
pub(super) fn number(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let until = |time: Duration| UNIX_EPOCH.checked_add(time)?.duration_since(now).ok();
    let wait = match text.parse::<u64>() {
        Ok(number) if number < TIMES_BEGIN => Some(Duration::from_secs(number)),
        Ok(number) if number < MILLISECONDS_BEGIN => Some(until(Duration::from_secs(number)).unwrap_or_default()),
        Ok(number) if number < MILLISECONDS_BEGIN * 1000 => {
            Some(until(Duration::from_millis(number)).unwrap_or_default())
        }
        _ => None,
    };
    Some(wait.unwrap_or(FOREVER).min(FOREVER))
}

fn date(text: &str, now: SystemTime) -> Option<Duration> {
    let until = httpdate::parse_http_date(text.trim()).ok()?;
    Some(until.duration_since(now).unwrap_or_default().min(FOREVER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r1_r2_r3_pauses_are_read_and_never_shortened() {
        #[track_caller]
        fn check(status: u16, headers: &[(&'static str, &str)], expected: Option<u64>) {
            let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            let pause = asked_pause(StatusCode::from_u16(status).unwrap(), &headers);
            assert_eq!(pause, expected.map(Duration::from_secs), "{headers:?}");
        }
        let forever = Some(FOREVER.as_secs());
        check(429, &[("retry-after", "120")], Some(120));
        check(429, &[("Retry-After", " 3600 ")], Some(3600));
        check(503, &[("retry-after", "1")], Some(1));
        check(429, &[("retry-after", "99999999999999999999999")], forever);
        check(429, &[], None);
        check(429, &[("retry-after", "-1")], None);
        check(429, &[("retry-after", "soon")], None);
        check(429, &[("retry-after", "")], None);
        check(200, &[("retry-after", "120")], None);
        // R3, by the server's clock, which is thirty years from ours.
        let date = ("date", "Sun, 06 Nov 1994 08:49:37 GMT");
        check(429, &[date, ("retry-after", "Sun, 06 Nov 1994 08:51:37 GMT")], Some(120));
        check(429, &[date, ("retry-after", "Sunday, 06-Nov-94 08:51:37 GMT")], Some(120));
        check(429, &[date, ("retry-after", "Sun Nov  6 08:51:37 1994")], Some(120));
        check(429, &[date, ("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")], Some(0));
        check(429, &[("date", "now"), ("retry-after", "Sun, 06 Nov 1994 08:49:00 GMT")], Some(0));
        // 2021-01-01T00:00:00Z
        let date = ("date", "Fri, 01 Jan 2021 00:00:00 GMT");
        check(429, &[date, ("x-retry-after", "1609459320")], Some(120));
        check(429, &[date, ("x-retry-after", "1609459320000")], Some(120));
        check(429, &[date, ("x-retry-after", "1609459000")], Some(0));
        check(429, &[date, ("x-retry-after", "60")], Some(60));
        check(429, &[date, ("retry-after", "30"), ("x-retry-after", "1609459320")], Some(120));
        check(429, &[("retry-after", "5"), ("retry-after", "7")], Some(7));
    }

    #[test]
    fn r3_without_a_date_our_own_clock_has_to_do() {
        let until = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(120));
        let headers = [(RETRY_AFTER, until.parse().unwrap())].into_iter().collect();
        let pause = asked_pause(StatusCode::TOO_MANY_REQUESTS, &headers).unwrap();
        assert!((100..=120).contains(&pause.as_secs()), "{pause:?}");
    }
}
