//! Bars to scale, in parts of a thousand of what there is room for.

use forebear_image::Timestamp;

/// The whole width.
pub(crate) const WIDTH: u64 = 1_000;

/// A moment, so that it is seen.
const MOMENT: u64 = 20;

/// One bar.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) x: u64,
    pub(crate) width: u64,
    /// How it is filled.
    pub(crate) class: String,
    /// What it means.
    pub(crate) title: crate::text::Text,
}

/// How wide a part is; what is there at all is seen.
pub(crate) fn part(of: u64, all: u64) -> u64 {
    match (of, all) {
        (0, _) | (_, 0) => 0,
        _ => (u128::from(of) * u128::from(WIDTH) / u128::from(all)).max(2) as u64,
    }
}

/// From one time to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

impl Axis {
    /// Over all of these; `None` without any.
    pub(crate) fn over(times: impl Iterator<Item = Timestamp> + Clone) -> Option<Self> {
        Some(Self { from: times.clone().min()?, until: times.max()? })
    }

    fn place(self, time: Timestamp) -> u64 {
        let micros = |time: Timestamp| time.micros().unwrap_or_default();
        let all = micros(self.until).saturating_sub(micros(self.from));
        if all <= 0 {
            return 0;
        }
        let of = micros(time).saturating_sub(micros(self.from)).clamp(0, all);
        (i128::from(of) * i128::from(WIDTH) / i128::from(all)) as u64
    }

    /// Where a bar begins and how wide it is. A moment is a narrow bar; where all is one moment,
    /// it is all.
    pub(crate) fn bar(self, from: Timestamp, until: Timestamp) -> (u64, u64) {
        if self.from == self.until {
            return (0, WIDTH);
        }
        let x = self.place(from).min(WIDTH - MOMENT);
        (x, self.place(until).saturating_sub(x).max(MOMENT))
    }
}
