//! The names of a parent, for people: one list of those that it has, and of those
//! that it had.

use forebear_ask::answers::{AncestorAnswer, NameAnswer};
use forebear_image::Platform;

use super::words::safe;

/// Names that are listed before "and more".
const SHOWN: usize = 12;

/// `also tagged 3, 3.20; formerly edge, latest (until 2024-12-01)`, but for the
/// name that it is called by; `None` where there is no other.
pub(super) fn others(parent: &AncestorAnswer, whole: bool) -> Option<String> {
    let own = &parent.image.reference;
    let repository = own.rsplit_once(':').map_or("", |(repository, _)| repository);
    let platform = parent.image.platform.as_ref();
    let others = || parent.names_over_time.iter().filter(|name| name.name != *own);
    let shown = if whole { usize::MAX } else { SHOWN };
    let current: Vec<String> = others()
        .filter(|name| name.until.is_none())
        .take(shown)
        .map(|name| shortened(&name.name, repository))
        .collect();
    // Names that share their story are told together, in the order of the first.
    let mut stories: Vec<(String, Vec<String>)> = Vec::new();
    let past = others().filter_map(|name| Some((name, story(name, platform)?)));
    for (name, story) in past.take(shown - current.len()) {
        let name = shortened(&name.name, repository);
        match stories.iter_mut().find(|(known, _)| *known == story) {
            Some((_, names)) => names.push(name),
            None => stories.push((story, vec![name])),
        }
    }
    let told = current.len() + stories.iter().map(|(_, names)| names.len()).sum::<usize>();
    let stories: Vec<String> =
        stories.into_iter().map(|(story, names)| format!("{} ({story})", names.join(", "))).collect();
    let more = match others().count().saturating_sub(told) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(match (current.is_empty(), stories.is_empty()) {
        (true, true) => return None,
        (false, true) => format!("also tagged {}{more}", current.join(", ")),
        (true, false) => format!("formerly also tagged {}{more}", stories.join(", ")),
        (false, false) => format!("also tagged {}; formerly {}{more}", current.join(", "), stories.join(", ")),
    })
}

/// Until when a name led there, and why no longer; `None` of one that still
/// does.
fn story(name: &NameAnswer, platform: Option<&Platform>) -> Option<String> {
    let until = name.until?.date();
    Some(match (name.moved, name.gone) {
        (true, _) => format!("until {until}"),
        (_, true) => format!("until {until}, now gone"),
        _ => {
            let platform = platform.map_or_else(|| "this platform".to_owned(), |own| safe(&own.to_string()));
            format!("until {until}, no longer for {platform}")
        }
    })
}

/// A name of the same repository by its tag alone.
fn shortened(name: &str, repository: &str) -> String {
    let tag = name.strip_prefix(repository).and_then(|rest| rest.strip_prefix(':'));
    safe(tag.filter(|_| !repository.is_empty()).unwrap_or(name))
}
