//! `history` for people: newest first, as logs are read.

use std::fmt::Write as _;

use forebear_ask::{HistoryAnswer, ObservationAnswer};
use forebear_image::Platform;

use super::listed::platforms;
use super::words::{cut, padded, safe};
use crate::view::View;

/// Columns of `2024-12-01 to 2024-12-02`.
const WHEN: usize = 24;

/// A line for each manifest that a tag was seen leading to.
pub(crate) fn render(answer: &HistoryAnswer, view: View) -> String {
    let paint = view.paint;
    if answer.observations.is_empty() {
        return format!("nothing was observed of {}\n", safe(&answer.name));
    }
    let mut out = format!("{}\n", paint.title(safe(&answer.name)));
    let widest = answer.observations.iter().map(|seen| seen.tag.chars().count()).max().unwrap_or(0);
    // The order of tags is kept, and within one turned round.
    let mut tags: Vec<Vec<&ObservationAnswer>> = Vec::new();
    for seen in &answer.observations {
        match tags.last_mut() {
            Some(known) if known.last().is_some_and(|last| last.tag == seen.tag) => known.push(seen),
            _ => tags.push(vec![seen]),
        }
    }
    for seen in &tags {
        out.push('\n');
        for (at, own) in seen.iter().rev().enumerate() {
            _ = writeln!(out, "{}", row(own, at == 0, widest, view));
        }
    }
    if let Some(until) = answer.observed_until {
        _ = writeln!(out, "\n{}", paint.aside(format!("observed until {}", until.date())));
    }
    out
}

fn row(seen: &ObservationAnswer, is_last: bool, widest: usize, view: View) -> String {
    let first = seen.first_seen.date();
    let when = match (seen.ended, is_last) {
        (false, _) => format!("{:WHEN$}", format!("since {first}")),
        (true, false) => format!("{:WHEN$}", format!("{first} to {}", seen.last_seen.date())),
        (true, true) => view.paint.warning(format!("{:WHEN$}", format!("{first} to {}", seen.last_seen.date()))),
    };
    let gone = if seen.ended && is_last { "   gone" } else { "" };
    let digest = seen.digest.map_or_else(String::new, |digest| digest.0.short());
    let mut offered: Vec<Platform> = Vec::new();
    for platform in seen.images.iter().filter_map(|image| image.platform.clone()) {
        if !offered.contains(&platform) {
            offered.push(platform);
        }
    }
    let room = view.width.saturating_sub(2 + widest + 3 + WHEN + 3 + 12 + 3 + gone.len());
    let offered = cut(&platforms(&offered), room);
    let row = format!("  {}   {when}   {digest:12}   {offered}{gone}", padded(&safe(&seen.tag), widest));
    row.trim_end().to_owned()
}
