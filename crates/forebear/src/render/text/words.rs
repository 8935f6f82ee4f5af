//! Words and numbers of the text output.

use forebear_image::dockerfile::Fidelity;
use forebear_image::escape::for_terminal;
use forebear_image::human;
pub(super) use forebear_image::human::bytes;
use forebear_image::{Platform, Timestamp};

use forebear_ask::answers::{ImageAnswer, StepAnswer};
use forebear_print::Paint;

use crate::view::View;

/// Names, siblings and the like that are listed before "and more".
pub(super) const LISTED: usize = 5;

/// The first of many names, and how many more there are.
pub(super) fn some_of(names: &[String]) -> String {
    let shown = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Text in a column, before it is painted.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.chars().count())))
}

/// `; did you mean A or B?`, or nothing.
pub(super) fn question(near: &[String]) -> String {
    forebear_ask::did_you_mean(near).map_or_else(String::new, |question| format!("; {}", safe(&question)))
}

/// A platform, or that it is not known.
pub(super) fn platform(platform: Option<&Platform>) -> String {
    platform.map_or_else(|| "unknown platform".to_owned(), ToString::to_string)
}

/// A size in a column: units end at one place.
pub(super) fn size(count: u64) -> String {
    let text = bytes(count);
    if text.ends_with(" B") { format!("{text} ") } else { text }
}

/// `1 layer`, `2 layers`.
pub(super) fn plural(count: usize, singular: &str) -> String {
    human::plural(count as u64, singular)
}

/// The line that an answer begins with.
pub(super) fn headline(image: &ImageAnswer, paint: Paint) -> String {
    let platform = platform(image.platform.as_ref());
    let created = image.created.filter(|time| !time.is_placeholder()).map(Timestamp::date);
    let history = if image.steps.is_none() { ", no history" } else { "" };
    let mut parts = vec![paint.title(safe(&image.reference)), safe(&platform)];
    parts.extend(created.map(|date| format!("created {date}")));
    parts.push(format!("{}{history}", plural(image.layers, "layer")));
    parts.join("   ")
}

/// Foreign text on one line of a terminal.
pub(super) fn safe(text: &str) -> String {
    for_terminal(text, false).into_owned()
}

/// Cuts to a width, saying so.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// The mark of a step that is not exactly what was written.
pub(super) fn mark(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Exact => " ",
        Fidelity::Recovered => "+",
        Fidelity::Partial => "~",
        Fidelity::Unknown => "?",
    }
}

/// What the marks in these steps mean, a line each.
pub(super) fn legend(fidelities: impl Iterator<Item = Fidelity>, paint: Paint) -> String {
    let used: std::collections::BTreeSet<Fidelity> = fidelities.collect();
    let meaning = |fidelity: &Fidelity| match fidelity {
        Fidelity::Exact => None,
        Fidelity::Recovered => Some("+ quoting settled by the image's config"),
        Fidelity::Partial => Some("~ some details were not recorded (source files, --from, --chown)"),
        Fidelity::Unknown => Some("? not recorded"),
    };
    let lines: Vec<String> = used.iter().filter_map(meaning).map(|line| paint.aside(line) + "\n").collect();
    if lines.is_empty() { String::new() } else { format!("\n{}", lines.concat()) }
}

/// Steps as indented Dockerfile lines with sizes and marks.
pub(super) fn steps(steps: &[StepAnswer], view: View) -> String {
    const SIZE: usize = 10;
    /// Where whole lines are shown, sizes stand in a column as far as this.
    const COLUMN: usize = 80;
    let room = view.width.saturating_sub(2 + 3 + SIZE);
    let lines: Vec<String> = steps.iter().map(|step| cut(&one_line(&step.dockerfile), room)).collect();
    let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let widest = if view.width == usize::MAX { widest.min(COLUMN) } else { widest };
    let mut out = String::new();
    for (line, step) in lines.iter().zip(steps) {
        let size = step.layer.as_ref().and_then(|layer| layer.size).map(size).unwrap_or_default();
        let row = format!("  {} {size:>SIZE$} {}", padded(line, widest), mark(step.fidelity));
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// A Dockerfile instruction on one line, its long hashes shortened. The
/// `dockerfile` command has the whole text.
pub(super) fn one_line(dockerfile: &str) -> String {
    let joined = dockerfile.replace("\\\n", " ");
    let words: Vec<String> = joined.split_whitespace().map(shorten_hash).collect();
    safe(&words.join(" "))
}

/// `file:8069dbb6…` for `file:` and 64 hex digits.
fn shorten_hash(word: &str) -> String {
    let Some((prefix, hash)) = word.split_once(':') else { return word.to_owned() };
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    match (is_hash, prefix) {
        (true, "file" | "dir" | "multi" | "sha256") => format!("{prefix}:{}…", hash.get(..8).unwrap_or_default()),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_for_people() {
        let hash = "8069dbb6".to_owned() + &"0".repeat(56);
        assert_eq!(one_line(&format!("COPY file:{hash} /app/")), "COPY file:8069dbb6… /app/");
        assert_eq!(one_line("RUN a \\\n  && b\u{1b}[31m"), "RUN a && b\\u{1b}[31m");
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(size(1_100), "1.1 kB");
        assert_eq!(size(12), "12 B ");
    }
}
