//! When a job is due.

use cronexpr::Crontab;
use forebear_image::Timestamp;
use jiff::tz::TimeZone;

/// A cron expression of five fields in a time zone. Where a clock change skips
/// the hour, the run comes right after it; where it repeats the hour, once.
#[derive(Clone, Debug)]
pub struct Schedule {
    crontab: Crontab,
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
        let crontab = cronexpr::parse_crontab(&format!("{expression} {zone}")).map_err(|error| {
            let error = error.to_string();
            // The library draws the place in lines below; the first says what.
            let first = error.lines().last().unwrap_or_default().trim_start_matches(['^', ' ']).to_owned();
            format!("'{expression}' is not a schedule: {first}")
        })?;
        let schedule = Self { crontab, text: expression.to_owned(), zone: zone.to_owned() };
        if schedule.next_after(Timestamp { seconds: 0, nanos: 0 }).is_none() {
            return Err(format!("'{expression}' is never due"));
        }
        Ok(schedule)
    }

    /// The first time after `time`, whole minutes; `None` if there is none in
    /// the four years that follow.
    #[must_use]
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let after = cronexpr::MakeTimestamp::from_second(time.seconds).ok()?;
        let next = self.crontab.find_next(after).ok()?;
        Some(Timestamp { seconds: next.timestamp().as_second(), nanos: 0 })
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
        // Clocks go from 2:00 to 3:00 on 2026-03-29 in Berlin, and from 3:00
        // back to 2:00 on 2026-10-25.
        let spring = ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"];
        let schedule = Schedule::parse("30 2 * * *", "Europe/Berlin").unwrap();
        let missing: Vec<_> = [spring[0]].iter().filter_map(|t| schedule.next_after(time(t))).collect();
        assert!(missing[0] >= time("2026-03-29T00:30:00Z") && missing[0] <= time(spring[1]), "{missing:?}");
        let first = schedule.next_after(time("2026-10-24T12:00:00Z")).unwrap();
        let second = schedule.next_after(time("2026-10-25T06:00:00Z")).unwrap();
        assert_eq!(second, time("2026-10-26T01:30:00Z"));
        assert!((time("2026-10-25T00:30:00Z")..=time("2026-10-25T01:30:00Z")).contains(&first), "{first}");
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
