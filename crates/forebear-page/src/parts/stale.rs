//! How current the bases of many images are, as one bar.

use forebear_ask::estate::Staleness;
use forebear_image::human::plural;

use crate::chart::{Bar, WIDTH, part};
use crate::text::Text;

/// A bar of four parts.
#[derive(Clone, Debug)]
pub(crate) struct Stale {
    pub(crate) bars: Vec<Bar>,
    pub(crate) images: usize,
    /// Their number in words.
    pub(crate) all: String,
    pub(crate) outdated: usize,
    pub(crate) current: usize,
    pub(crate) unproven: usize,
    pub(crate) without: usize,
    /// Of a hundred.
    pub(crate) percent: usize,
    /// The bar in words.
    pub(crate) words: String,
}

impl Stale {
    /// As a part of a bar for `most` images.
    pub(crate) fn new(own: Staleness, most: usize) -> Self {
        let mut x = 0;
        let mut bars = Vec::new();
        for (class, count, word) in [
            ("late", own.outdated, "outdated"),
            ("good", own.current, "up to date"),
            ("plain", own.unproven, "not known to be outdated"),
            ("none", own.without, "without a known base"),
        ] {
            let width = part(count as u64, most as u64).min(WIDTH.saturating_sub(x));
            if width > 0 {
                bars.push(Bar { x, width, class: class.to_owned(), title: Text::line(&format!("{count} {word}")) });
            }
            x += width;
        }
        let judged = own.current + own.outdated + own.unproven;
        let words =
            format!("{} outdated, {} up to date, {} not known", own.outdated, own.current, own.unproven + own.without);
        Self {
            bars,
            images: own.images(),
            all: plural(own.images() as u64, "image"),
            outdated: own.outdated,
            current: own.current,
            unproven: own.unproven,
            without: own.without,
            percent: (own.outdated * 100).checked_div(judged).unwrap_or(0),
            words,
        }
    }
}
