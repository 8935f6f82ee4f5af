//! `children` for people.

use std::fmt::Write as _;

use forebear_ask::ChildrenAnswer;

use super::words::{headline, plural, safe};

/// The images built on one.
pub(crate) fn render(answer: &ChildrenAnswer) -> String {
    let mut out = headline(&answer.image);
    out.push_str("\n\n");
    if answer.total == 0 {
        out.push_str("  nothing in the index is built on it\n");
        return out;
    }
    let from = if answer.offset > 0 { format!(", after {} of them", answer.offset) } else { String::new() };
    _ = writeln!(out, "  {} built on it{from}", plural(answer.total, "image"));
    let widest = answer.children.iter().map(|child| child.reference.chars().count()).max().unwrap_or(0);
    for child in &answer.children {
        let platform = child.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = safe(&child.reference);
        _ = writeln!(out, "    {name:widest$}   {:14} {}", safe(&platform), plural(child.layers, "layer"));
    }
    let more = answer.total.saturating_sub(answer.offset).saturating_sub(answer.children.len());
    if more > 0 {
        _ = writeln!(out, "    and {more} more");
    }
    out
}
