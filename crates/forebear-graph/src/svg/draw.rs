//! The picture itself: SVG 1.1 that browsers, librsvg and Inkscape draw, light or dark.

use std::fmt::Write as _;

use forebear_image::human::plural;

use super::fit::{columns, shortened};
use super::layout::{Row, rows};
use crate::graph::Graph;
use crate::graphml::text;
use crate::shown::{added, details, outdated, visible};

/// Above this many images, a row is one line of text.
const DENSE: usize = 40;
/// Columns of a name.
const NAME: usize = 96;
/// Pixels of a column of names, at 13 px, and of details, at 11.5 px, in a font of one width.
const NAME_COLUMN: f64 = 7.9;
const DETAIL_COLUMN: f64 = 7.0;
const LANE: usize = 26;
const MARGIN: usize = 28;
/// Images that the description names.
const DESCRIBED: usize = 40;

const STYLE: &str = "\
.b{fill:#fff}.n{fill:#1d2939;font-weight:600}.d{fill:#475467}.l{stroke:#98a2b3;stroke-width:2;fill:none}\
.dot{fill:#fff;stroke:#475467;stroke-width:2.5}.asked{fill:#1d4ed8;stroke:#1d4ed8}.late{fill:#b54708;stroke:#b54708}\
.w{fill:#b54708;font-weight:600}text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}\
@media (prefers-color-scheme:dark){.b{fill:#0f1623}.n{fill:#e6eaf2}.d{fill:#a9b4c6}.l{stroke:#5d6b82}\
.dot{fill:#0f1623;stroke:#a9b4c6}.asked{fill:#84adff;stroke:#84adff}.late{fill:#fdb022;stroke:#fdb022}.w{fill:#fdb022}}";

/// A whole graph as a picture.
#[must_use]
pub fn svg(graph: &Graph) -> String {
    let rows = rows(graph);
    let sheet = Sheet { height: if rows.len() > DENSE { 26 } else { 48 }, dense: rows.len() > DENSE };
    let lines: Vec<Line> = rows.iter().map(|row| Line::of(row)).collect();
    let width = lines.iter().map(|line| sheet.right_end(line)).max().unwrap_or(0).max(320) + MARGIN;
    let height = rows.len() * sheet.height + 2 * MARGIN - 8;
    let mut out = String::with_capacity(rows.len() * 512 + 2_048);
    _ = write!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"forebear-title forebear-desc\">\n<title id=\"forebear-title\">{}</title>\n\
         <desc id=\"forebear-desc\">{}</desc>\n<style>{STYLE}</style>\n\
         <rect class=\"b\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>\n",
        text(&title(graph)),
        text(&description(graph, &rows)),
    );
    // Lines first, so that dots lie on them.
    for (at, row) in rows.iter().enumerate() {
        if let Some((_, below)) = row.below {
            let from = rows.get(below).map_or(0, |below| below.lane);
            _ = writeln!(out, "<path class=\"l\" d=\"{}\"/>", sheet.path((from, below), (row.lane, at)));
        }
    }
    for (at, (row, line)) in rows.iter().zip(&lines).enumerate() {
        sheet.image(&mut out, at, row, line);
    }
    out.push_str("</svg>\n");
    out
}

/// The texts of a row.
struct Line {
    lane: usize,
    name: String,
    details: String,
    warning: Option<String>,
}

impl Line {
    fn of(row: &Row<'_>) -> Self {
        let added = row.below.map(|(edge, _)| format!(" · {}", added(edge))).unwrap_or_default();
        Self {
            lane: row.lane,
            name: shortened(&visible(&row.node.reference), NAME),
            details: format!("{}{added}", details(row.node)),
            warning: row.below.and_then(|(edge, _)| outdated(edge)),
        }
    }

    fn details_width(&self) -> f64 {
        columns(&self.details) as f64 * DETAIL_COLUMN
    }

    fn warning_width(&self) -> f64 {
        self.warning.as_ref().map_or(0.0, |warning| (columns(warning) + 3) as f64 * DETAIL_COLUMN)
    }

    fn name_width(&self) -> f64 {
        columns(&self.name) as f64 * NAME_COLUMN
    }
}

struct Sheet {
    /// Pixels of a row.
    height: usize,
    /// Whether details stand beside the name.
    dense: bool,
}

impl Sheet {
    fn x(&self, lane: usize) -> usize {
        MARGIN + lane * LANE
    }

    fn y(&self, row: usize) -> usize {
        MARGIN + row * self.height + if self.dense { 4 } else { 6 }
    }

    fn right_end(&self, line: &Line) -> usize {
        let (name, rest) = (line.name_width(), line.details_width() + line.warning_width());
        let text = if self.dense { name + 18.0 + rest } else { name.max(rest) };
        self.x(line.lane) + 18 + text.ceil() as usize
    }

    /// From an image straight down, then aside to the lane of one that is built on it.
    fn path(&self, (from_lane, from): (usize, usize), (to_lane, to): (usize, usize)) -> String {
        let (x, y, end_x, end_y) = (self.x(from_lane), self.y(from), self.x(to_lane), self.y(to));
        if x == end_x {
            return format!("M{x} {y}V{end_y}");
        }
        let round = 8;
        format!("M{x} {y}V{}Q{x} {end_y} {} {end_y}H{end_x}", end_y.saturating_sub(round), x + round)
    }

    fn image(&self, out: &mut String, at: usize, row: &Row<'_>, line: &Line) {
        let (x, y) = (self.x(row.lane), self.y(at));
        let class = match (row.is_outdated, row.node.asked) {
            (true, _) => "dot late",
            (false, true) => "dot asked",
            (false, false) => "dot",
        };
        let hover = format!("{} {}", visible(&row.node.reference), row.node.key);
        _ = write!(out, "<g><title>{}</title><circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>", text(&hover));
        let left = x + 18;
        _ = write!(out, "<text class=\"n\" x=\"{left}\" y=\"{}\" font-size=\"13\">{}</text>", y + 4, text(&line.name));
        let (left, down) = match self.dense {
            true => (left as f64 + line.name_width() + 18.0, y + 4),
            false => (left as f64, y + 21),
        };
        _ = write!(
            out,
            "<text class=\"d\" x=\"{left:.0}\" y=\"{down}\" font-size=\"11.5\">{}</text>",
            text(&line.details)
        );
        if let Some(warning) = &line.warning {
            let left = left + line.details_width() + 2.0 * DETAIL_COLUMN;
            _ = write!(
                out,
                "<text class=\"w\" x=\"{left:.0}\" y=\"{down}\" font-size=\"11.5\">{}</text>",
                text(warning)
            );
        }
        out.push_str("</g>\n");
    }
}

fn title(graph: &Graph) -> String {
    let mut asked = graph.nodes.iter().filter(|node| node.asked);
    match (asked.next(), asked.count()) {
        (Some(only), 0) => format!("Lineage of {}", visible(&only.reference)),
        (_, more) => format!("Lineage of {}", plural(more as u64 + 1, "image")),
    }
}

/// The picture in words, for who cannot see it.
fn description(graph: &Graph, rows: &[Row<'_>]) -> String {
    let mut out = String::new();
    for row in rows.iter().take(DESCRIBED) {
        let own = visible(&row.node.reference);
        match row.below.and_then(|(edge, below)| Some((edge, rows.get(below)?))) {
            Some((edge, below)) => {
                let late = outdated(edge).map_or_else(String::new, |late| format!(", {late}"));
                let below = visible(&below.node.reference);
                _ = write!(out, "{own} is built on {below}, {}{late}. ", added(edge));
            }
            None if row.children == 0 => _ = write!(out, "{own} has no known parent. "),
            None => {}
        }
    }
    if let more @ 1.. = rows.len().saturating_sub(DESCRIBED) {
        _ = write!(out, "And {} more. ", plural(more as u64, "image"));
    }
    if let Some(time) = graph.observed_until {
        _ = write!(out, "As observed until {}.", time.date());
    }
    out.trim_end().to_owned()
}
