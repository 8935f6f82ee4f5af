//! A pull quota, counted and announced as Docker Hub does.

use std::time::Instant;

use crate::server::answer::Answer;
use crate::server::meter::Meter;
use crate::server::shared::Shared;

/// Answers a manifest request within the quota, or says 429.
pub(crate) fn charge(shared: &Shared, pull: bool, answer: impl FnOnce() -> Answer) -> Answer {
    let Some(quota) = shared.options().quota.clone() else { return answer() };
    let now = Instant::now();
    let mut meter = shared.meter();
    if meter.window.is_none_or(|began| now >= began + quota.window) {
        *meter = Meter { window: Some(now), used: 0 };
    }
    let seconds = quota.window.as_secs().max(1);
    let spent = meter.used >= quota.limit;
    let result = if spent {
        let message = "You have reached your pull rate limit. You may increase the limit by authenticating.";
        Answer::error(429, "TOOMANYREQUESTS", message)
    } else {
        answer()
    };
    if !spent && pull {
        meter.used += 1;
    }
    let result = result
        .with("ratelimit-limit", &format!("{};w={seconds}", quota.limit))
        .with("ratelimit-remaining", &format!("{};w={seconds}", quota.limit.saturating_sub(meter.used)));
    match meter.window {
        Some(began) if spent && quota.retry_after => {
            let left = (began + quota.window).saturating_duration_since(now);
            result.with("retry-after", &left.as_millis().div_ceil(1_000).to_string())
        }
        _ => result,
    }
}
