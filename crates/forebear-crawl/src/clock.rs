//! The machine's clock. Observations go by the run's own time instead.

use forebear_image::Timestamp;

/// The time of day, in whole seconds.
#[must_use]
pub fn wall_clock() -> Timestamp {
    Timestamp { seconds: jiff::Timestamp::now().as_second(), nanos: 0 }
}
