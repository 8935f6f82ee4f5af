//! When a job is due.

use cronexpr::Crontab;
use forebear_image::Timestamp;
use jiff::tz::TimeZone;

/// The most that a clock change moves the clock on the wall, in seconds:
/// Lord Howe's is half an hour, all others' are one; politics once made it two.
const LONGEST_CHANGE: i64 = 3 * 3_600;

/// A cron expression of five fields in a time zone.
///
/// Where a clock change skips the hour that is meant, the run comes by as much
/// later; where it repeats the hour, the run comes once, the first time. An
/// expression for every hour (`*/15 * * * *`) goes by the time that passes, and
/// is due in both. That is how Vixie cron does it.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// In UTC: what it finds is read as the clock on the wall.
    crontab: Crontab,
    /// Of the hours that are fixed; `None` for every hour.
    wall: Option<TimeZone>,
    /// In its own zone, for every hour.
    passing: Crontab,
    text: String,
    zone: String,
}

impl PartialEq for Schedule {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, &self.zone) == (&other.text, &other.zone)
    }
}

/// Whether a time zone of this name is known.
pub(super) fn check_zone(zone: &str) -> Result<(), String> {
    let known = TimeZone::get(zone).map(drop);
    known.map_err(|_| format!("'{zone}' is no time zone; write UTC or an IANA name such as Europe/Berlin"))
}

impl Schedule {
    /// Reads an expression (`0 3 * * *`) and the IANA name of a time zone.
    pub(crate) fn parse(expression: &str, zone: &str) -> Result<Self, String> {
        let fields = expression.split_whitespace().count();
        if fields != 5 {
            let sentence = format!(
                "'{expression}' has {fields} fields; a schedule has five: minute hour day-of-month month day-of-week"
            );
            return Err(sentence);
        }
        check_zone(zone)?;
        let parse = |zone: &str| {
            cronexpr::parse_crontab(&format!("{expression} {zone}")).map_err(|error| {
                let error = error.to_string();
                // The library draws the place; the last line says what.
                let last = error.lines().last().unwrap_or_default().trim_start_matches(['^', ' ']).to_owned();
                format!("'{expression}' is not a schedule: {last}")
            })
        };
        let every_hour = expression.split_whitespace().nth(1).is_some_and(|hour| hour.starts_with('*'));
        let wall = TimeZone::get(zone).ok().filter(|_| !every_hour);
        let (crontab, passing) = (parse("UTC")?, parse(zone)?);
        let schedule = Self { crontab, wall, passing, text: expression.to_owned(), zone: zone.to_owned() };
        if schedule.next_after(Timestamp { seconds: 0, nanos: 0 }).is_none() {
            return Err(format!("'{expression}' is never due"));
        }
        Ok(schedule)
    }

    /// The first time after `time`, whole minutes; `None` if there is none in
    /// the four years that follow.
    #[must_use]
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let found = |crontab: &Crontab, after: i64| {
            let after = cronexpr::MakeTimestamp::from_second(after).ok()?;
            crontab.find_next(after).ok()
        };
        let Some(zone) = &self.wall else {
            let seconds = found(&self.passing, time.seconds)?.timestamp().as_second();
            return Some(Timestamp { seconds, nanos: 0 });
        };
        // The clock on the wall at `time`, as if it were UTC's, and a clock
        // change before: what is found from there is mapped back, and may lie
        // before `time` still.
        let wall = jiff::Timestamp::from_second(time.seconds).ok()?.to_zoned(zone.clone()).datetime();
        let mut at = TimeZone::UTC.to_timestamp(wall).ok()?.as_second() - LONGEST_CHANGE;
        let mut best: Option<i64> = None;
        loop {
            let Some(next) = found(&self.crontab, at) else { break };
            at = next.timestamp().as_second();
            let instant = zone.to_ambiguous_timestamp(next.datetime()).compatible().ok()?.as_second();
            if instant > time.seconds {
                best = Some(best.map_or(instant, |best| best.min(instant)));
            }
            // What comes later than that cannot be mapped before it.
            let wall = best.and_then(|best| {
                let wall = jiff::Timestamp::from_second(best).ok()?.to_zoned(zone.clone()).datetime();
                Some(TimeZone::UTC.to_timestamp(wall).ok()?.as_second())
            });
            if wall.is_some_and(|wall| at > wall + LONGEST_CHANGE) {
                break;
            }
        }
        best.map(|seconds| Timestamp { seconds, nanos: 0 })
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.text, self.zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn when_a_job_is_due() {
        #[track_caller]
        fn check(expression: &str, zone: &str, after: &str, expected: &[&str]) {
            let schedule = Schedule::parse(expression, zone).unwrap();
            let mut at = time(after);
            for expected in expected {
                at = schedule.next_after(at).unwrap();
                assert_eq!(at, time(expected), "{expression} {zone}");
            }
        }
        check("0 3 * * *", "UTC", "2026-03-01T03:00:00Z", &["2026-03-02T03:00:00Z", "2026-03-03T03:00:00Z"]);
        check("0 3 * * *", "Asia/Tokyo", "2026-03-01T00:00:00Z", &["2026-03-01T18:00:00Z"]);
        check("*/15 * * * 1-5", "UTC", "2026-02-27T23:50:00Z", &["2026-03-02T00:00:00Z"]);
        check("0 0 29 2 *", "UTC", "2026-03-01T00:00:00Z", &["2028-02-29T00:00:00Z"]);
        // Clocks go from 2:00 to 3:00 on 2026-03-29 in Berlin: what is meant for
        // 2:30 comes at 3:30. On 2026-10-25 they go from 3:00 back to 2:00: once.
        let berlin = "Europe/Berlin";
        let spring = ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"];
        check("30 2 * * *", berlin, "2026-03-27T12:00:00Z", &spring);
        let autumn = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"];
        check("30 2 * * *", berlin, "2026-10-23T12:00:00Z", &autumn);
        check("5 2 * * 0", berlin, "2026-03-23T00:00:00Z", &["2026-03-29T01:05:00Z", "2026-04-05T00:05:00Z"]);
        // Both fall on one time in spring, and are one run there.
        let both = ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-30T01:30:00Z"];
        check("30 2,3 * * *", berlin, "2026-03-28T02:00:00Z", &["2026-03-28T02:30:00Z", both[0], both[1], both[2]]);
        // Every hour is every hour that passes: both of the two.
        let hours = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"];
        check("30 * * * *", berlin, "2026-10-25T00:00:00Z", &hours);
        check("30 * * * *", berlin, "2026-03-29T00:00:00Z", &["2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"]);
    }

    #[test]
    fn what_is_no_schedule() {
        #[track_caller]
        fn check(expression: &str, zone: &str, expected: &str) {
            let error = Schedule::parse(expression, zone).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
        check("0 3 * *", "UTC", "has 4 fields");
        check("0 3 * * * *", "UTC", "has 6 fields");
        check("61 3 * * *", "UTC", "not a schedule");
        check("0 3 31 2 *", "UTC", "never due");
        check("0 3 * * *", "Mars/Olympus", "no time zone");
    }
}
