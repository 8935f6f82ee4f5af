//! `children --any-build` for people.

use std::fmt::Write as _;

use forebear_ask::{ChildAnswer, ChildrenAnswer};
use forebear_print::Paint;

use super::child::{other_platforms, what_became};
use super::words::{headline, plural, safe};

/// The images built on any build of one name, and how far behind each is.
pub(super) fn render(answer: &ChildrenAnswer, paint: Paint) -> String {
    let mut out = headline(&answer.image, paint);
    out.push_str("\n\n");
    let builds = answer.builds.as_deref().unwrap_or_default();
    let name = builds.first().map_or(answer.image.reference.as_str(), |build| build.name.as_str());
    let name = safe(name);
    if answer.total == 0 {
        _ = writeln!(out, "no image in the index is built on any build of {name}");
        out.push_str(&other_platforms(answer));
        return out;
    }
    let verb = if answer.total == 1 { "is" } else { "are" };
    let (images, of) = (plural(answer.total, "image"), plural(builds.len(), "build"));
    let outdated: usize = builds.iter().filter(|build| build.builds_behind > 0).map(|build| build.total).sum();
    let as_of = answer.observed_until.map(|until| format!(" as of {}", until.date())).unwrap_or_default();
    let judged = match outdated {
        0 => paint.good(format!("all on the latest{as_of}")),
        some => paint.warning(format!("{some} not on the latest{as_of}")),
    };
    _ = writeln!(out, "{images} {verb} built on {of} of {name}; {judged}");
    let widest = answer.children.iter().map(|child| child.reference.chars().count()).max().unwrap_or(0);
    for child in &answer.children {
        let platform = child.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        let child_name = safe(&child.reference);
        _ = writeln!(out, "  {child_name:widest$}   {:14} {}{}", safe(&platform), age(child), what_became(child));
    }
    let after = answer.total.saturating_sub(answer.offset).saturating_sub(answer.children.len());
    if after > 0 {
        _ = writeln!(out, "  and {after} more");
    }
    out.push_str(&other_platforms(answer));
    out
}

fn age(child: &ChildAnswer) -> String {
    let build = child.build.map(|build| format!(" on {}", build.0.short())).unwrap_or_default();
    match child.builds_behind {
        Some(0) => format!("latest build{build}"),
        Some(behind) => format!("{} behind{build}", plural(behind as usize, "build")),
        None => String::new(),
    }
}
