//! `children` for people.

use std::fmt::Write as _;

use forebear_ask::{ChildAnswer, ChildrenAnswer, DeclarersAnswer};
use forebear_print::Paint;

use super::any_build;
use super::child::{other_platforms, what_became};
use super::words::{headline, plural, safe};

/// The images built on one.
pub(crate) fn render(answer: &ChildrenAnswer, paint: Paint) -> String {
    if let Some(declarers) = &answer.declared_by {
        return declared(answer, declarers);
    }
    if answer.builds.is_some() {
        return any_build::render(answer, paint);
    }
    let mut out = headline(&answer.image, paint);
    out.push_str("\n\n");
    if answer.total == 0 {
        out.push_str("no image in the index is built on it\n");
        out.push_str(&elsewhere(answer));
        out.push_str(&other_platforms(answer));
        return out;
    }
    let are = if answer.total == 1 { "is" } else { "are" };
    _ = writeln!(out, "{} {are} built on it{}", plural(answer.total, "image"), from(answer.offset, answer.total));
    rows(&mut out, &answer.children, answer.total.saturating_sub(answer.offset));
    out.push_str(&elsewhere(answer));
    out.push_str(&other_platforms(answer));
    out
}

/// Who stands on another build of the same name is not told about, but counted.
fn elsewhere(answer: &ChildrenAnswer) -> String {
    match answer.on_other_builds {
        None | Some(0) => String::new(),
        Some(1) => "1 more image is built on another build of that name; see --any-build\n".to_owned(),
        Some(more) => format!("{more} more images are built on other builds of that name; see --any-build\n"),
    }
}

/// Images that declare a base of which nothing else is known.
fn declared(answer: &ChildrenAnswer, declarers: &DeclarersAnswer) -> String {
    let mut out = format!("{} is not in the index\n\n", safe(&answer.image.reference));
    let declare = if declarers.total == 1 { "declares it as its base" } else { "declare it as their base" };
    let (images, from) = (plural(declarers.total, "image"), from(answer.offset, declarers.total));
    _ = writeln!(out, "{images} {declare}, which nothing verifies{from}");
    rows(&mut out, &declarers.images, declarers.total.saturating_sub(answer.offset));
    out
}

/// Which part of all is listed.
pub(super) fn from(offset: usize, total: usize) -> String {
    match offset {
        0 => String::new(),
        past if past >= total => format!("; offset {past} is past the last of them"),
        skipped => format!("; these come after the first {skipped}"),
    }
}

/// A line each, and how many of `total` are left out.
fn rows(out: &mut String, images: &[ChildAnswer], total: usize) {
    let widest = images.iter().map(|child| child.reference.chars().count()).max().unwrap_or(0);
    for child in images {
        let platform = child.platform.as_ref().map(ToString::to_string).unwrap_or_default();
        let name = safe(&child.reference);
        let (layers, became) = (plural(child.layers, "layer"), what_became(child));
        _ = writeln!(out, "  {name:widest$}   {:14} {layers}{became}", safe(&platform));
    }
    if let Some(more) = total.checked_sub(images.len()).filter(|more| *more > 0) {
        _ = writeln!(out, "  and {more} more");
    }
}
