//! `lineage` for people.

use std::fmt::Write as _;

use forebear_ask::LineageAnswer;

use super::names::story;
use super::words::{headline, layers_and_steps, safe};

/// The image and its ancestors, nearest first.
pub(crate) fn render(answer: &LineageAnswer) -> String {
    let mut out = headline(&answer.image);
    out.push('\n');
    if answer.ancestors.is_empty() {
        out.push_str("\n  no known parent\n");
    }
    let widest = answer.ancestors.iter().map(|a| a.image.reference.chars().count()).max().unwrap_or(0);
    for ancestor in &answer.ancestors {
        let name = safe(&ancestor.image.reference);
        let platform = ancestor.image.platform.as_ref();
        let story = ancestor.names_over_time.first().and_then(|name| story(name, platform));
        let moved = story.map_or_else(String::new, |story| format!("   {story}"));
        let size = layers_and_steps(ancestor.image.layers, ancestor.image.steps);
        _ = writeln!(out, "  on  {name:widest$}   {size}   {}{moved}", ancestor.agreement.as_str());
    }
    out
}
