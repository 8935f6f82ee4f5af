//! Points in time as registries and builders write them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant in UTC with nanoseconds, as found in a config's `created`.
///
/// Go writes its zero time `0001-01-01T00:00:00Z` where a time was never set;
/// [`Timestamp::parse_created`] reads that as absent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z, negative before.
    pub seconds: i64,
    /// Nanoseconds within the second, `0..1_000_000_000`.
    pub nanos: u32,
}

/// Text that is no RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a time: write it as 2026-03-01T12:00:00Z (RFC 3339)")]
pub struct TimestampError(String);

/// 2013-01-01T00:00:00Z.
const FIRST_IMAGE: i64 = 1_356_998_400;

impl Timestamp {
    /// Parses RFC 3339, with any offset and up to nine fractional digits.
    ///
    /// # Errors
    /// When the text is not RFC 3339 or lies outside the years -9999 to 9999.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let parsed: Result<jiff::Timestamp, _> = text.trim().parse();
        match parsed {
            Ok(time) => {
                let total = time.as_nanosecond();
                let billion = 1_000_000_000_i128;
                let seconds = i64::try_from(total.div_euclid(billion));
                let nanos = u32::try_from(total.rem_euclid(billion));
                match (seconds, nanos) {
                    (Ok(seconds), Ok(nanos)) => Ok(Self { seconds, nanos }),
                    _ => Err(TimestampError(text.to_owned())),
                }
            }
            Err(_) => Err(TimestampError(text.chars().take(80).collect())),
        }
    }

    /// Parses a `created` field; unset, unreadable and Go's zero time are `None`.
    #[must_use]
    pub fn parse_created(text: &str) -> Option<Self> {
        Self::parse(text).ok().filter(|time| time.seconds != -62_135_596_800)
    }

    /// Whole microseconds since 1970, towards the past; `None` outside what 64 bits
    /// hold.
    #[must_use]
    pub fn micros(self) -> Option<i64> {
        self.seconds.checked_mul(1_000_000)?.checked_add(i64::from(self.nanos / 1_000))
    }

    /// The time so many microseconds after 1970.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        let nanos = u32::try_from(micros.rem_euclid(1_000_000)).unwrap_or(0).saturating_mul(1_000);
        Self { seconds: micros.div_euclid(1_000_000), nanos }
    }

    /// Whole days from `earlier` to `self`, negative when it is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.seconds.saturating_sub(earlier.seconds).div_euclid(86_400)
    }

    /// The calendar day, `2026-03-01`.
    #[must_use]
    pub fn date(self) -> String {
        self.to_string().chars().take(10).collect()
    }

    /// Whether it is before 2013, when Docker was released and the first image
    /// built: Go's zero time, or a fixed date that a reproducible build wrote
    /// (the epoch and a second after it, 1980-01-01). No evidence of when
    /// anything was built.
    #[must_use]
    pub fn is_placeholder(self) -> bool {
        self.seconds < FIRST_IMAGE
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = i32::try_from(self.nanos).unwrap_or(0);
        match jiff::Timestamp::new(self.seconds, nanos) {
            Ok(time) => write!(f, "{time}"),
            Err(_) => write!(f, "@{}", self.seconds),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.seconds, self.nanos).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            Self::parse(&text).map_err(serde::de::Error::custom)
        } else {
            let (seconds, nanos) = Deserialize::deserialize(deserializer)?;
            Ok(Self { seconds, nanos })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_builders_write() {
        #[track_caller]
        fn check(text: &str, expected: Option<&str>) {
            let got = Timestamp::parse_created(text).map(|t| t.to_string());
            assert_eq!(got.as_deref(), expected, "{text}");
        }
        check("2026-11-21T02:12:14.059847767Z", Some("2026-11-21T02:12:14.059847767Z"));
        check("2017-01-04T22:00:09+01:00", Some("2017-01-04T21:00:09Z"));
        check("2017-01-04T21:00:09.000Z", Some("2017-01-04T21:00:09Z"));
        check("0001-01-01T00:00:00Z", None);
        check("1969-12-31T23:59:59.5Z", Some("1969-12-31T23:59:59.5Z"));
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn placeholders() {
        for (text, expected) in [
            ("0001-01-01T00:00:00Z", true),
            ("1970-01-01T00:00:01Z", true),
            ("1980-01-01T00:00:00Z", true),
            ("2012-12-31T23:59:59Z", true),
            ("2013-01-01T00:00:00Z", false),
            ("2018-01-01T00:00:00Z", false),
        ] {
            let time = Timestamp::parse(text).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(time.is_placeholder(), expected, "{text}");
        }
    }
}
