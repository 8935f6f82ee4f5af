//! How current a base is, in a word.

use forebear_ask::answers::FreshnessState;
use forebear_ask::estate::ImageSummary;
use forebear_image::human::plural;

/// A word, and how it is coloured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pill {
    pub(crate) class: &'static str,
    pub(crate) word: String,
}

impl Pill {
    /// Of a base; `None` where it has no name.
    pub(crate) fn of(state: Option<FreshnessState>, builds_behind: u32) -> Self {
        let (class, word) = match state {
            Some(FreshnessState::Outdated) => ("late", format!("{} behind", plural(u64::from(builds_behind), "build"))),
            Some(FreshnessState::Current) => ("good", "up to date".to_owned()),
            Some(FreshnessState::Gone) => ("plain", "its tag is gone".to_owned()),
            Some(FreshnessState::Unproven) => ("plain", "no later build known".to_owned()),
            None => ("plain", "not known by name".to_owned()),
        };
        Self { class, word }
    }

    /// Of an image, by its base.
    pub(crate) fn of_summary(image: &ImageSummary) -> Self {
        match &image.base {
            Some(base) => Self::of(base.freshness, base.builds_behind),
            None => Self { class: "plain", word: "no known base".to_owned() },
        }
    }
}
