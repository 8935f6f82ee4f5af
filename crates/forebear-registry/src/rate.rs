//! How fast to ask: `20/s`, `100/m`, `200/6h`, `none`.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A pace for requests of every kind to one registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Rate {
    /// As fast as the registry answers. Only for loopback registries.
    Unlimited,
    /// This many requests in each period, evenly spread.
    Limited {
        /// Requests in one period.
        requests: NonZeroU32,
        /// The period, a whole number of seconds.
        period: Duration,
    },
}

/// Why a text is not a rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not a rate: {reason} (write 20/s, 100/m, 500/h, 200/6h or none)")]
pub struct RateError {
    text: String,
    reason: &'static str,
}

impl Rate {
    /// `requests` in each second.
    #[must_use]
    pub fn per_second(requests: NonZeroU32) -> Self {
        Self::Limited { requests, period: Duration::from_secs(1) }
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let fail = |reason| RateError { text: text.chars().take(60).collect(), reason };
        if text == "none" {
            return Ok(Self::Unlimited);
        }
        let (requests, period) = text.split_once('/').ok_or_else(|| fail("it does not say in what time"))?;
        let requests: NonZeroU32 = match requests.parse::<u32>().map(NonZeroU32::new) {
            Ok(Some(requests)) if requests.get() <= 100_000 => requests,
            Ok(Some(_)) => return Err(fail("100000 requests are the most a period takes")),
            Ok(None) => return Err(fail("a rate of 0 would never send anything")),
            Err(_) => return Err(fail("it does not begin with a whole number of requests")),
        };
        let unit = match period.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(fail("the period does not end in s, m or h")),
        };
        let count = match period.get(..period.len() - 1).unwrap_or_default() {
            "" => 1,
            digits => match digits.parse::<u32>() {
                Ok(count @ 1..=10_000) => u64::from(count),
                _ => return Err(fail("the period is not a whole number from 1 to 10000 of s, m or h")),
            },
        };
        Ok(Self::Limited { requests, period: Duration::from_secs(count * unit) })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Limited { requests, period } = self else { return f.write_str("none") };
        let seconds = period.as_secs();
        let (count, unit) = match seconds {
            s if s % 3600 == 0 => (s / 3600, "h"),
            s if s % 60 == 0 => (s / 60, "m"),
            s => (s, "s"),
        };
        match count {
            1 => write!(f, "{requests}/{unit}"),
            _ => write!(f, "{requests}/{count}{unit}"),
        }
    }
}

impl TryFrom<String> for Rate {
    type Error = RateError;

    fn try_from(text: String) -> Result<Self, RateError> {
        text.parse()
    }
}

impl From<Rate> for String {
    fn from(rate: Rate) -> Self {
        rate.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read() {
        #[track_caller]
        fn check(text: &str, expected: Result<(u32, u64), &str>) {
            match (text.parse::<Rate>(), expected) {
                (Ok(rate @ Rate::Limited { requests, period }), Ok((n, seconds))) => {
                    assert_eq!((requests.get(), period.as_secs()), (n, seconds));
                    assert_eq!(rate.to_string().parse::<Rate>(), Ok(rate));
                }
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (got, _) => panic!("{text}: {got:?}, expected {expected:?}"),
            }
        }
        check("20/s", Ok((20, 1)));
        check("30/m", Ok((30, 60)));
        check("100/h", Ok((100, 3600)));
        check("200/6h", Ok((200, 21_600)));
        check("5/10s", Ok((5, 10)));
        check("20", Err("in what time"));
        check("/s", Err("whole number of requests"));
        check("-1/s", Err("whole number of requests"));
        check("1.5/s", Err("whole number of requests"));
        check("0/s", Err("never send"));
        check("5/", Err("end in s, m or h"));
        check("5/d", Err("end in s, m or h"));
        check("5/0s", Err("from 1 to 10000"));
        check("5/é", Err("end in s, m or h"));
        check("999999/s", Err("100000"));
        assert_eq!("none".parse::<Rate>(), Ok(Rate::Unlimited));
    }

    #[test]
    fn rates_are_written_shortly() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), expected);
        }
        check("20/60s", "20/m");
        check("200/360m", "200/6h");
        check("none", "none");
    }
}
