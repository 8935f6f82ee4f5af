//! What is said of children, of one build or of any.

use forebear_ask::{ChildAnswer, ChildrenAnswer};

use super::words::safe;

/// Who stands on what the name offers for other platforms, counted too.
pub(super) fn other_platforms(answer: &ChildrenAnswer) -> String {
    let others = answer.on_other_platforms.iter().flatten().filter(|other| other.total > 0);
    let told: Vec<String> = others
        .map(|other| {
            let platform = other.platform.as_ref().map_or_else(|| "no platform".to_owned(), ToString::to_string);
            format!("{} on {}", other.total, safe(&platform))
        })
        .collect();
    if told.is_empty() { String::new() } else { format!("for other platforms: {}; see --platform\n", told.join(", ")) }
}

/// What became of a child's name, where that no longer leads to it.
pub(super) fn what_became(child: &ChildAnswer) -> &'static str {
    match child {
        ChildAnswer { moved: true, .. } => ", an earlier build of that name",
        ChildAnswer { gone: true, .. } => ", that name is gone",
        _ => "",
    }
}
