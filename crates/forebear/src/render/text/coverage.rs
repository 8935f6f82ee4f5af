//! Coverage for people: what was crawled, when, and what is missing.

use std::fmt::Write as _;

use forebear_image::Timestamp;
use forebear_image::human::plural;
use forebear_index::coverage::{Coverage, UnreadCount};
use forebear_index::names::Unread;

use super::words::safe;

/// A registry: a few lines.
pub(super) fn registry(out: &mut String, of: &Coverage) {
    _ = writeln!(out, "\n{}", safe(&of.name));
    let unknown = of.repositories_complete_unknown;
    let never = of.repositories.saturating_sub(of.repositories_complete + unknown);
    let never = if never > 0 { format!(", {never} never listed completely") } else { String::new() };
    let unknown = match unknown {
        0 => String::new(),
        some => format!(", not known of {some} whether listed completely by then"),
    };
    let mut row = |name: &str, text: String| _ = writeln!(out, "  {name:14}{text}");
    row("repositories", format!("{}{never}{unknown}", of.repositories));
    if of.repositories_uncrawled > 0 {
        let (some, all) = (of.repositories_uncrawled, plural(of.repositories, "repository"));
        row("incomplete", format!("{some} of {all} that were listed have not been crawled yet"));
    }
    if let Some((oldest, newest)) = of.listed_oldest.zip(of.listed_newest) {
        let since = if oldest == newest { String::new() } else { format!(", the longest ago on {oldest}") };
        row("last listed", format!("on {newest}{since}"));
    }
    row("tags", format!("{}, {} gone", of.tags, of.tags_ended));
    row("manifests", format!("{} read, {} referred to and never read", of.manifests, of.manifests_unread));
    row("images", format!("{}, {} without a readable config", of.images, of.images_unread));
    for (nr, unread) in of.unread.iter().enumerate() {
        let what = match unread.what.as_str() {
            "list" => plural(unread.count, "list"),
            what => plural(unread.count, what),
        };
        row(if nr == 0 { "unread" } else { "" }, format!("{what}: {}", why(&unread.why)));
    }
}

/// A code for people: that of a failure says it, but for its underscores.
fn why(code: &str) -> String {
    match code {
        Unread::NOT_REACHED => "the run ended before it came to them".to_owned(),
        code => safe(&code.replace('_', " ")),
    }
}

/// Repositories, a line each: what there is, and what is missing.
pub(super) fn repositories(out: &mut String, all: &[Coverage]) {
    let names: Vec<String> = all.iter().map(|of| safe(&of.name)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    _ = writeln!(out);
    for (name, of) in names.iter().zip(all) {
        let listed = match of.repositories_complete_unknown {
            0 => of.listed_newest.map_or_else(|| "never listed completely".to_owned(), Timestamp::date),
            _ => "not known when listed".to_owned(),
        };
        let mut said = vec![plural(of.tags, "tag"), plural(of.images, "image"), listed];
        let mut missing = |count: u64, thing: &str, what: &str| {
            said.extend((count > 0).then(|| format!("{} {what}", plural(count, thing))));
        };
        let not_read = |thing: &str| format!("not read{}", because(of, thing));
        missing(of.tags_ended, "tag", "gone");
        missing(unread(of, "list").map(|unread| unread.count).sum(), "list of tags", &not_read("list"));
        missing(unread(of, "tag").map(|unread| unread.count).sum(), "tag", &not_read("tag"));
        missing(of.manifests_unread, "manifest", &not_read("manifest"));
        missing(of.images_unread, "config", &not_read("config"));
        _ = writeln!(out, "  {name:widest$}   {}", said.join(", "));
    }
}

fn unread<'a>(of: &'a Coverage, what: &str) -> impl Iterator<Item = &'a UnreadCount> {
    of.unread.iter().filter(move |unread| unread.what == what)
}

/// Why things of a repository were not read, in parentheses; nothing where that is not
/// known.
fn because(of: &Coverage, what: &str) -> String {
    let reasons: Vec<String> = unread(of, what).map(|unread| why(&unread.why)).collect();
    if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) }
}
