//! Badges for READMEs (shields.io/badges/endpoint-badge).

use forebear_ask::answers::FreshnessState;
use forebear_ask::estate::ImageSummary;
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Badge<'a> {
    schema_version: u32,
    label: &'a str,
    message: String,
    color: &'a str,
}

/// The badge of an image: its base, and how current that is.
#[must_use]
pub fn badge(image: &ImageSummary) -> String {
    let (message, color) = match &image.base {
        None => ("not known".to_owned(), "lightgrey"),
        Some(base) => {
            let name = base.reference.strip_prefix("docker.io/").unwrap_or(&base.reference);
            let name = name.strip_prefix("library/").unwrap_or(name);
            let name = name.split_once('@').map_or(name, |(name, _)| name);
            match base.freshness {
                Some(FreshnessState::Outdated) => (format!("{name} · {} behind", base.builds_behind), "orange"),
                Some(FreshnessState::Current) => (format!("{name} · up to date"), "brightgreen"),
                Some(FreshnessState::Gone | FreshnessState::Unproven) | None => (name.to_owned(), "blue"),
            }
        }
    };
    let badge = Badge { schema_version: 1, label: "base", message, color };
    serde_json::to_string(&badge).unwrap_or_default()
}
