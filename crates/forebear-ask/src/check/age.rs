//! Whether an index is too old to judge by.

use std::fmt;
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use forebear_image::Timestamp;
use forebear_image::human::plural;

use super::answer::{Because, BecauseCode};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;

/// The most time that may have passed since the last run that an index knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge {
    seconds: u64,
}

/// A text that is no age.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an age; write 7d, 12h, 90m or 2w")]
pub struct MaxAgeError(String);

impl FromStr for MaxAge {
    type Err = MaxAgeError;

    fn from_str(text: &str) -> Result<Self, MaxAgeError> {
        let wrong = || MaxAgeError(text.chars().take(80).collect());
        let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
        let unit = match text.get(digits.len()..).unwrap_or_default() {
            "m" | "min" => MINUTE,
            "h" => HOUR,
            "d" => DAY,
            "w" => WEEK,
            _ => return Err(wrong()),
        };
        let count: u64 = digits.parse().map_err(|_| wrong())?;
        count.checked_mul(unit).map(|seconds| Self { seconds }).ok_or_else(wrong)
    }
}

impl fmt::Display for MaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&told(self.seconds))
    }
}

impl MaxAge {
    /// Why an index that observed until then cannot be judged by, where it is too old at a time.
    pub(super) fn refuses(self, observed_until: Option<Timestamp>, now: Timestamp) -> Option<Because> {
        let message = match observed_until {
            None => "the index has never seen a tag, so its age is not known; crawl a registry first".to_owned(),
            Some(until) => {
                let age = u64::try_from(now.seconds.saturating_sub(until.seconds)).unwrap_or(0);
                if age <= self.seconds {
                    return None;
                }
                let (date, age) = (until.date(), told(age));
                format!("the index is {age} old (last run on {date}), older than the {self} allowed; crawl again first")
            }
        };
        Some(Because { code: BecauseCode::IndexTooOld, message })
    }
}

/// Whole days, or whole hours or minutes of less than two of them.
fn told(seconds: u64) -> String {
    match seconds {
        _ if seconds >= 2 * DAY || seconds == DAY => plural(seconds / DAY, "day"),
        _ if seconds >= 2 * HOUR || seconds == HOUR => plural(seconds / HOUR, "hour"),
        _ => plural(seconds / MINUTE, "minute"),
    }
}

/// The time of this machine.
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp { seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX), nanos: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages() {
        #[track_caller]
        fn check(text: &str, expected: Result<&str, &str>) {
            let got = text.parse::<MaxAge>().map(|age| age.to_string()).map_err(|error| error.to_string());
            assert_eq!(got, expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
        check("7d", Ok("7 days"));
        check("1d", Ok("1 day"));
        check("2w", Ok("14 days"));
        check("36h", Ok("36 hours"));
        check("90m", Ok("90 minutes"));
        check("90min", Ok("90 minutes"));
        check("0d", Ok("0 minutes"));
        for text in ["7", "d", "-1d", "7 d", "1.5d", "7y", "", "99999999999999999999d", "9999999999999999999w"] {
            check(text, Err(&format!("'{text}' is not an age; write 7d, 12h, 90m or 2w")));
        }
    }

    #[test]
    fn an_index_that_is_too_old() {
        #[track_caller]
        fn check(until: Option<&str>, now: &str, age: &str, expected: Option<&str>) {
            let time = |text: &str| Timestamp::parse(text).unwrap();
            let refused = age.parse::<MaxAge>().unwrap().refuses(until.map(time), time(now));
            assert_eq!(refused.map(|because| because.message).as_deref(), expected, "{until:?} {now} {age}");
        }
        let until = Some("2024-12-02T03:00:00Z");
        check(until, "2024-12-09T03:00:00Z", "7d", None);
        check(until, "2024-12-01T03:00:00Z", "0d", None);
        let old = "the index is 7 days old (last run on 2024-12-02), older than the 7 days allowed; crawl again first";
        check(until, "2024-12-09T03:00:01Z", "7d", Some(old));
        let old =
            "the index is 25 hours old (last run on 2024-12-02), older than the 12 hours allowed; crawl again first";
        check(until, "2024-12-03T04:00:00Z", "12h", Some(old));
        let never = "the index has never seen a tag, so its age is not known; crawl a registry first";
        check(None, "2024-12-03T04:00:00Z", "2d", Some(never));
    }
}
