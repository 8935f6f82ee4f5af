//! What all pages have.

use forebear_image::Timestamp;

use crate::site::Site;
use crate::text::Text;

/// What all pages have.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// Title of the page.
    pub(crate) title: Text,
    /// From this page to the root of all.
    pub(crate) root: String,
    /// Day until which the index observed.
    pub(crate) observed: Option<Text>,
}

impl Frame {
    pub(crate) fn new(site: &Site<'_>, title: &str) -> Self {
        let observed = site.estate.observed_until().map(date);
        Self { title: Text::line(title), root: site.root.to_owned(), observed }
    }
}

/// A day.
pub(crate) fn date(time: Timestamp) -> Text {
    Text::line(&time.date())
}

/// A page as it is; templates fail on nothing that they are given.
pub(crate) fn html(page: &impl askama::Template) -> String {
    page.render().unwrap_or_default()
}
