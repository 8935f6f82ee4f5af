//! The names of a parent, for people: those it has, and what became of those
//! it had.

use std::fmt::Write as _;

use forebear_ask::answers::{AncestorAnswer, NameAnswer};
use forebear_image::Platform;
use forebear_index::names::Role;

use super::words::{LISTED, plural, safe, some_of};

/// Lines below a parent: its other names, each story that several names share
/// told once, and which names roll.
pub(super) fn over_time(parent: &AncestorAnswer) -> String {
    let mut out = String::new();
    let own = &parent.image.reference;
    let current = parent.names_over_time.iter().filter(|name| name.until.is_none() && name.name != *own);
    let current: Vec<String> = current.map(|name| safe(&name.name)).collect();
    if !current.is_empty() {
        _ = writeln!(out, "      also {}", some_of(&current));
    }
    let mut stories: Vec<(String, Vec<&NameAnswer>)> = Vec::new();
    let platform = parent.image.platform.as_ref();
    for name in &parent.names_over_time {
        let Some(story) = story(name, platform) else { continue };
        match stories.iter_mut().find(|(known, _)| *known == story) {
            Some((_, names)) => names.push(name),
            None => stories.push((story, vec![name])),
        }
    }
    for (story, names) in stories.iter().take(LISTED) {
        _ = writeln!(out, "      {} {story}", some_of(&abbreviated(names)));
    }
    if let Some(more) = stories.len().checked_sub(LISTED).filter(|more| *more > 0) {
        _ = writeln!(out, "      and {more} more that moved or are gone");
    }
    out.push_str(&roles(parent));
    out
}

/// `until 2026-03-01, now another build; 3 builds and 94 days behind`, of a
/// name that leads here no more.
pub(super) fn story(name: &NameAnswer, platform: Option<&Platform>) -> Option<String> {
    let until = name.until?.date();
    let what = match (name.moved, name.gone) {
        (true, _) => "now another build".to_owned(),
        (_, true) => "now gone".to_owned(),
        _ => {
            format!("no longer for {}", safe(&platform.map_or_else(|| "this platform".to_owned(), ToString::to_string)))
        }
    };
    let days = match name.days_behind {
        0 => String::new(),
        days => format!(" and {}", plural(days as usize, "day")),
    };
    let behind = match name.builds_behind {
        0 => String::new(),
        builds => format!("; {}{days} behind", plural(builds as usize, "build")),
    };
    Some(format!("until {until}, {what}{behind}"))
}

/// Which names were seen to roll, and which says most; nothing where nothing
/// tells.
fn roles(parent: &AncestorAnswer) -> String {
    let of = |role: Role| -> Vec<&NameAnswer> {
        parent.names_over_time.iter().filter(|name| name.role == Some(role)).collect()
    };
    let (rolling, specific) = (of(Role::Rolling), of(Role::MostSpecific));
    let listed = |title: &str, names: &[&NameAnswer]| format!("{title} {}", some_of(&abbreviated(names)));
    let mut parts = Vec::new();
    if parent.names_over_time.len() > 1 {
        parts.extend((!rolling.is_empty()).then(|| listed("rolling", &rolling)));
        parts.extend((!specific.is_empty()).then(|| listed("most specific", &specific)));
    }
    if parts.is_empty() { String::new() } else { format!("      {}\n", parts.join("; ")) }
}

/// Names of one repository after the first by their tags alone.
fn abbreviated(names: &[&NameAnswer]) -> Vec<String> {
    let mut last = None;
    let mut shown = Vec::new();
    for name in names {
        let (repository, tag) = name.name.rsplit_once(':').unwrap_or((&name.name, ""));
        shown.push(if last == Some(repository) { safe(&format!(":{tag}")) } else { safe(&name.name) });
        last = Some(repository);
    }
    shown
}
