//! What to do about a base: whether it was rebuilt, and how far behind an image
//! is.

use forebear_ask::answers::{AncestorAnswer, FreshnessAnswer};
use forebear_image::Timestamp;
use forebear_index::names::FreshnessState;
use forebear_print::Paint;

use super::words::{plural, safe};

/// The word that a base begins with which is no longer the newest build.
const OUTDATED: &str = "OUTDATED";
/// And the words of one that is.
const CURRENT: &str = "up to date";

/// A sentence that begins with the decision; `None` where nothing is known of
/// its tags.
pub(super) fn sentence(parent: &AncestorAnswer, observed_until: Option<Timestamp>) -> Option<String> {
    let own = &parent.freshness;
    let as_of = observed_until.map_or_else(String::new, |time| format!(" (as of {})", time.date()));
    let counted = own.counting_name.as_deref().filter(|name| **name != parent.image.reference).map(safe);
    let line = counted.as_deref().map(|name| format!("the tag {}", tag(name)));
    Some(match own.freshness? {
        FreshnessState::Outdated => {
            let rebuilt = own.superseded_at.map_or_else(String::new, |time| format!(" rebuilt on {};", time.date()));
            let line = line.map_or_else(String::new, |line| format!(" {line}"));
            format!("{OUTDATED}:{rebuilt} this image is {}{line}{as_of}", behind(own))
        }
        FreshnessState::Current => {
            let line = line.map_or_else(String::new, |line| format!(" with {line}"));
            format!("{CURRENT}{line}{as_of}")
        }
        FreshnessState::Gone => {
            let line = line.unwrap_or_else(|| "its tag".to_owned());
            format!("no later build is known, but {line} {}{as_of}", went(parent))
        }
        FreshnessState::Unproven => format!("no later build is known; nothing shows that its tag ever moves{as_of}"),
    })
}

/// What became of the counting name that leads there no more, without a later
/// build.
fn went(parent: &AncestorAnswer) -> String {
    let counted = parent.freshness.counting_name.as_deref();
    let is_gone = parent.names_over_time.iter().any(|name| Some(name.name.as_str()) == counted && name.gone);
    match &parent.image.platform {
        Some(platform) if !is_gone => format!("no longer offers {}", safe(&platform.to_string())),
        _ => "is gone".to_owned(),
    }
}

/// The same in a few words, where there is something to do.
pub(super) fn short(parent: &AncestorAnswer) -> Option<String> {
    let own = &parent.freshness;
    own.is_outdated().then(|| {
        let since = own.superseded_at.map_or_else(String::new, |time| format!(" since {},", time.date()));
        format!("{OUTDATED}{since} {}", behind(own))
    })
}

/// `3 builds and 94 days behind`.
pub(super) fn behind(own: &FreshnessAnswer) -> String {
    let builds = plural(own.builds_behind.unwrap_or_default() as usize, "build");
    match own.days_behind.unwrap_or_default() {
        0 => format!("{builds} behind"),
        days => format!("{builds} and {} behind", plural(days as usize, "day")),
    }
}

/// With the deciding word in its colour.
pub(super) fn painted(text: &str, paint: Paint) -> String {
    let begins = text.trim_start();
    if begins.starts_with(OUTDATED) {
        text.replacen(OUTDATED, &paint.warning(OUTDATED), 1)
    } else if begins.starts_with(CURRENT) {
        text.replacen(CURRENT, &paint.good(CURRENT), 1)
    } else {
        text.to_owned()
    }
}

/// The tag of a reference, as people call a build of a repository that they see
/// before them.
pub(super) fn tag(reference: &str) -> &str {
    reference.rsplit_once(':').map_or(reference, |(_, tag)| tag)
}
