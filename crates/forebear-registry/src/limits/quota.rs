//! Quota headers in their forms: Docker Hub's `ratelimit-remaining:
//! 76;w=21600` (docs.docker.com/docker-hub/usage/pulls), GitLab's
//! `RateLimit-Remaining` with a `RateLimit-Reset`, `X-RateLimit-*`, and the
//! IETF's one-field form ([`super::structured`]).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use super::pause::{self, FOREVER, server_time};
use super::structured::{self, RateLimitHeader};

/// A quota as the registry last told it. Serialises with its durations in
/// whole seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// What a window allows, if it is told.
    pub limit: Option<u64>,
    /// What is left of it.
    pub remaining: u64,
    /// How long a window is, if it is told.
    #[serde(rename = "window_seconds", with = "seconds")]
    pub window: Option<Duration>,
    /// When it ends, from the moment this was told, if that was.
    #[serde(rename = "resets_in_seconds", with = "seconds")]
    pub resets_in: Option<Duration>,
    /// When this was told, by this machine's clock: seconds since 1970.
    pub told_at: u64,
}

impl Quota {
    /// How long it may take until there is more: to the window's end, or where
    /// that is not told, for as long as a whole one.
    #[must_use]
    pub fn more_within(&self) -> Option<Duration> {
        self.resets_in.or(self.window)
    }

    /// The quota of an answer; of several, the one with least left.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| {
            let all: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            (!all.is_empty()).then(|| all.join(","))
        };
        let now = server_time(headers);
        let mut all: Vec<RateLimitHeader> = Vec::new();
        for prefix in ["", "x-"] {
            let Some(remaining) = text(&format!("{prefix}ratelimit-remaining")) else { continue };
            let limits = text(&format!("{prefix}ratelimit-limit")).map(|text| structured::policies(&text));
            let reset = text(&format!("{prefix}ratelimit-reset"));
            let reset = reset.and_then(|text| pause::number(&text, now)).map(|wait| wait.as_secs());
            let read = structured::policies(&remaining).into_iter().map(|told| {
                let limits = limits.as_deref().unwrap_or_default();
                // The limit of the same window, or the only one there is.
                let own = limits.iter().find(|limit| limit.window == told.window).or(limits.first());
                RateLimitHeader {
                    limit: own.and_then(|own| own.limit),
                    remaining: told.limit,
                    window: told.window.or(own.and_then(|own| own.window)),
                    reset,
                }
            });
            all.extend(read);
        }
        if let Some(fields) = text("ratelimit") {
            let policies = text("ratelimit-policy").map(|text| structured::policies(&text)).unwrap_or_default();
            let policy = policies.first().copied().unwrap_or_default();
            let filled = |item: RateLimitHeader| RateLimitHeader {
                limit: item.limit.or(policy.limit),
                window: policy.window,
                ..item
            };
            all.extend(structured::rate_limit(&fields).into_iter().map(filled));
        }
        let least = all.into_iter().filter(|item| item.remaining.is_some()).min_by_key(|item| item.remaining)?;
        let remaining = least.remaining?;
        Some(Self {
            limit: least.limit,
            remaining: least.limit.map_or(remaining, |limit| remaining.min(limit)),
            window: least.window.map(bounded),
            resets_in: least.reset.map(bounded),
            told_at: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        })
    }
}

/// A wait that can be added to now.
fn bounded(seconds: u64) -> Duration {
    Duration::from_secs(seconds).min(FOREVER)
}

mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(super) fn serialize<S: Serializer>(value: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        value.map(|duration| duration.as_secs()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_secs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Limit, rest, window and reset, the last two in seconds.
    type Expected = (Option<u64>, u64, Option<u64>, Option<u64>);

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expected: Option<Expected>) {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        let got = Quota::read(&headers);
        let secs = |duration: Option<Duration>| duration.map(|d| d.as_secs());
        assert_eq!(got.map(|q| (q.limit, q.remaining, secs(q.window), secs(q.resets_in))), expected, "{headers:?}");
    }

    #[test]
    fn r4_r5_quotas_are_read_in_all_their_forms() {
        let hub = Some((Some(100), 76, Some(21_600), None));
        check(&[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600")], hub);
        check(&[("RateLimit-Limit", "100;w=21600"), ("RATELIMIT-REMAINING", " 76 ; w=21600 ")], hub);
        check(&[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76")], hub);
        check(&[], None);
        check(&[("ratelimit-limit", "100;w=21600")], None);
        // GitLab: a Unix time; Docker Hub's web API: X-.
        let date = ("date", "Fri, 01 Jan 2021 00:00:00 GMT");
        let with_reset = Some((Some(180), 3, None, Some(60)));
        let gitlab = [("ratelimit-limit", "180"), ("ratelimit-remaining", "3"), ("ratelimit-reset", "1609459260")];
        check(&[date, gitlab[0], gitlab[1], gitlab[2]], with_reset);
        let web = [("x-ratelimit-limit", "180"), ("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", "60")];
        check(&web, with_reset);
        check(&[("ratelimit", "limit=180, remaining=3, reset=60")], with_reset);
        let policy = ("ratelimit-policy", "\"p\";q=180;w=3600");
        check(&[policy, ("ratelimit", "\"p\";r=3;t=60")], Some((Some(180), 3, Some(3600), Some(60))));
        // Several: the tightest.
        let two = [("ratelimit-limit", "10;w=60, 100;w=3600"), ("ratelimit-remaining", "9;w=60, 4;w=3600")];
        check(&two, Some((Some(100), 4, Some(3600), None)));
        check(&[("x-ratelimit-remaining", "2"), ("ratelimit-remaining", "9;w=60")], Some((None, 2, None, None)));
    }

    #[test]
    fn headers_that_lie_give_no_more_than_they_could() {
        check(&[("ratelimit-limit", "100"), ("ratelimit-remaining", "5000")], Some((Some(100), 100, None, None)));
        check(&[("ratelimit-remaining", "-4;w=60")], Some((None, 0, Some(60), None)));
        check(&[("ratelimit-remaining", "many")], None);
        check(&[("ratelimit-remaining", "")], None);
        check(&[("ratelimit-remaining", "99999999999999999999999")], Some((None, u64::MAX, None, None)));
        check(&[("ratelimit-limit", "lots;w=x"), ("ratelimit-remaining", "7")], Some((None, 7, None, None)));
        check(&[("ratelimit", "=;=,;r=")], None);
        // Longer than can be waited for.
        let huge = "0;w=99999999999999999999";
        let forever = Some(FOREVER.as_secs());
        check(&[("ratelimit-remaining", huge)], Some((None, 0, forever, None)));
        check(&[("ratelimit", "\"a\";r=0;t=18446744073709551615")], Some((None, 0, None, forever)));
        check(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", &huge[4..])], Some((None, 0, None, forever)));
    }

    #[test]
    fn it_is_kept_as_text() {
        let headers = [("ratelimit-remaining".parse().unwrap(), "76;w=21600".parse().unwrap())].into_iter().collect();
        let quota = Quota { told_at: 7, ..Quota::read(&headers).unwrap() };
        let text = serde_json::to_string(&quota).unwrap();
        assert_eq!(
            text,
            r#"{"limit":null,"remaining":76,"window_seconds":21600,"resets_in_seconds":null,"told_at":7}"#
        );
        assert_eq!(serde_json::from_str::<Quota>(&text).unwrap(), quota);
        assert_eq!(quota.more_within(), Some(Duration::from_secs(21_600)));
    }
}
