//! `outdated` for people.

use std::fmt::Write as _;
use std::io::{self, Write};

use forebear_ask::{OutdatedAnswer, OutdatedRow};
use forebear_image::Timestamp;

use super::words::{platform, plural, safe};
use super::wrap::wrapped;
use crate::fit::fitted;

/// Columns of what a row begins with: builds and days.
const BEHIND: usize = 25;
/// Where what follows stands below that, since little room is left beside it.
const BELOW: usize = 4;
/// From this width on there is room beside it.
const ROOM: usize = 80;

/// How many there are, then a row each, the worst first: written while they are looked up.
/// Rows are broken to fit `width` columns; `usize::MAX` keeps each on one line.
pub(crate) fn write(out: &mut impl Write, answer: &OutdatedAnswer, width: usize) -> io::Result<()> {
    let as_of = answer.observed_until.map(|until| format!(" as of {}", until.date())).unwrap_or_default();
    if answer.total == 0 {
        writeln!(out, "nothing is outdated{as_of}")?;
        return out.write_all(further_down(answer, width).as_bytes());
    }
    let (images, verb) = (plural(answer.total, "image"), if answer.total == 1 { "is" } else { "are" });
    writeln!(out, "{images} {verb} outdated{as_of}\n")?;
    if answer.listed() == 0 {
        return writeln!(out, "  offset {} is past the last of them", answer.offset);
    }
    let mut rows = answer.images().peekable();
    while let Some(row) = rows.next() {
        // Images of several platforms that go by one name and stand on one, on one line.
        let mut platforms = vec![platform(row.platform.as_ref())];
        while let Some(next) = rows.next_if(|next| is_told_as(next, &row)) {
            platforms.push(platform(next.platform.as_ref()));
        }
        out.write_all(line(&row, &platforms, width).as_bytes())?;
    }
    match answer.total.saturating_sub(answer.offset).saturating_sub(answer.listed()) {
        0 => {}
        more => writeln!(out, "  and {more} more")?,
    }
    out.write_all(further_down(answer, width).as_bytes())
}

/// Whose base is not outdated itself, but stands on one that is.
fn further_down(answer: &OutdatedAnswer, width: usize) -> String {
    let more = if answer.total > 0 { "more " } else { "" };
    let told = match answer.further_down {
        0 => return String::new(),
        1 => format!("1 {more}image has an outdated ancestor below its base; see lineage"),
        some => format!("{some} {more}images have an outdated ancestor below their base; see lineage"),
    };
    format!("{}\n", wrapped(&told, 2, width))
}

fn is_told_as(one: &OutdatedRow, other: &OutdatedRow) -> bool {
    let told = |row: &OutdatedRow| {
        let freshness = &row.parent.freshness;
        (freshness.builds_behind, freshness.superseded_at, freshness.counting_name.clone())
    };
    one.reference == other.reference && one.parent.reference == other.parent.reference && told(one) == told(other)
}

fn line(row: &OutdatedRow, platforms: &[String], width: usize) -> String {
    let freshness = &row.parent.freshness;
    let builds = plural(freshness.builds_behind.unwrap_or(0) as usize, "build");
    let days = plural(freshness.days_behind.unwrap_or(0) as usize, "day");
    let mut line = safe(&row.reference);
    _ = write!(line, " ({})", safe(&platforms.join(", ")));
    _ = write!(line, " on {}", safe(&row.parent.reference));
    // What moved on is the counting name: by its tag, where that is another of the same repository.
    let counted = freshness.counting_name.as_deref().filter(|name| *name != row.parent.reference);
    let counted = counted.and_then(|name| name.rsplit_once(':')).map(|(_, tag)| format!("{tag} ")).unwrap_or_default();
    let rebuilt = freshness.superseded_at.map(Timestamp::date).map(|date| format!("rebuilt {date}"));
    if let Some(rebuilt) = rebuilt {
        _ = write!(line, " ({}{rebuilt})", safe(&counted));
    }
    laid_out(&format!("  {builds:>10} {days:>9}   "), &line, width)
}

fn laid_out(behind: &str, text: &str, width: usize) -> String {
    let rows = if width < ROOM {
        format!("  {}\n{}{}\n", behind.trim(), " ".repeat(BELOW), wrapped(text, BELOW, width))
    } else {
        format!("{behind}{}\n", wrapped(text, BEHIND, width))
    };
    fitted(&rows, width)
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn p730_rows_fit_the_terminal_and_stay_whole_elsewhere() {
        let behind = "     1 build    0 days   ";
        let text = "docker.io/library/bash:5.2 (linux/arm64/v8, linux/amd64) on docker.io/library/alpine:3.20";
        assert_eq!(laid_out(behind, text, usize::MAX), format!("{behind}{text}\n"));
        for width in [40, 60, 80, 100] {
            let rows = laid_out(behind, text, width);
            assert!(rows.lines().all(|line| line.len() <= width), "{width}:\n{rows}");
            assert_eq!(rows.split_whitespace().collect::<Vec<_>>().join(" "), format!("1 build 0 days {text}"));
        }
        assert!(laid_out(behind, text, 60).starts_with("  1 build    0 days\n    docker.io/library/bash:5.2 "));
    }
}
