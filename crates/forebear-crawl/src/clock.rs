//! The machine's clock. Observations go by the run's own time instead.

use std::time::{SystemTime, UNIX_EPOCH};

use forebear_image::Timestamp;

/// A clock that no time can be taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// It reads a time before any computer kept one.
    #[error("this machine's clock reads a time before 1970: set it, then run this again")]
    Before1970,
    /// It reads a time that cannot be written.
    #[error("this machine's clock reads a time after the year 9999: set it, then run this again")]
    After9999,
}

/// The time of day, in whole seconds. A clock that [`check`] refuses is read as the
/// nearest time that can be written.
#[must_use]
pub fn wall_clock() -> Timestamp {
    let seconds = read(SystemTime::now()).unwrap_or_else(|error| match error {
        ClockError::Before1970 => 0,
        ClockError::After9999 => jiff::Timestamp::MAX.as_second(),
    });
    Timestamp { seconds, nanos: 0 }
}

/// Whether the machine's clock can be used at all: what goes by it would fail in
/// odder places.
///
/// # Errors
/// [`ClockError`]
pub fn check() -> Result<(), ClockError> {
    read(SystemTime::now()).map(drop)
}

fn read(clock: SystemTime) -> Result<i64, ClockError> {
    let since_1970 = clock.duration_since(UNIX_EPOCH).map_err(|_| ClockError::Before1970)?;
    let seconds = i64::try_from(since_1970.as_secs()).map_err(|_| ClockError::After9999)?;
    if seconds > jiff::Timestamp::MAX.as_second() { Err(ClockError::After9999) } else { Ok(seconds) }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn p465_clocks_that_are_out_of_reach() {
        #[track_caller]
        fn check(clock: SystemTime, expected: Result<i64, ClockError>) {
            assert_eq!(read(clock), expected);
        }
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        check(at(0), Ok(0));
        check(at(1_772_334_000), Ok(1_772_334_000));
        check(UNIX_EPOCH - Duration::from_millis(1), Err(ClockError::Before1970));
        check(UNIX_EPOCH - Duration::from_secs(1 << 40), Err(ClockError::Before1970));
        check(at(253_402_207_200), Ok(253_402_207_200));
        check(at(253_402_300_800), Err(ClockError::After9999));
        check(at(1 << 50), Err(ClockError::After9999));
    }
}
