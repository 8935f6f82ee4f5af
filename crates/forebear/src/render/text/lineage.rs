//! `lineage` for people: a tree of one branch, the image at its root.

use std::fmt::Write as _;

use forebear_ask::LineageAnswer;
use forebear_ask::answers::{AncestorAnswer, Evidence};
use forebear_image::agreement::Agreement;

use super::decision;
use super::words::{headline, padded, plural, safe};
use crate::view::View;

/// What stands before an ancestor's name.
const BRANCH: &str = "└─ ";
/// Columns of each generation.
const STEP: usize = 3;

/// The image and its ancestors, nearest first.
pub(crate) fn render(answer: &LineageAnswer, view: View) -> String {
    let mut out = headline(&answer.image, view.paint);
    out.push('\n');
    if answer.ancestors.is_empty() {
        out.push_str("  no known parent\n");
    }
    let name = |(generation, ancestor): (usize, &AncestorAnswer)| {
        format!("{}{BRANCH}{}", " ".repeat(generation * STEP), safe(&ancestor.image.reference))
    };
    let names: Vec<String> = answer.ancestors.iter().enumerate().map(name).collect();
    let widest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    for (generation, (name, ancestor)) in names.iter().zip(&answer.ancestors).enumerate() {
        let layers = plural(ancestor.image.layers, "layer");
        let row = format!("{}   {layers:9}   {}", padded(name, widest), matched(ancestor));
        let Some(decision) = decision::short(ancestor) else {
            _ = writeln!(out, "{row}");
            continue;
        };
        let fits = row.chars().count() + 3 + decision.chars().count() <= view.width;
        let between = if fits { "   ".to_owned() } else { format!("\n{}", " ".repeat((generation + 1) * STEP)) };
        _ = writeln!(out, "{row}{between}{}", decision::painted(&decision, view.paint));
    }
    out
}

fn matched(ancestor: &AncestorAnswer) -> &'static str {
    match (ancestor.evidence, ancestor.agreement) {
        (Evidence::History, _) => "exact match, metadata only",
        (_, Agreement::Exact | Agreement::Filled) => "exact match",
        (_, Agreement::Above) => "layers match, no history",
        (_, Agreement::Text) => "another build of it",
        (_, Agreement::Unread) => "layers match",
        (_, Agreement::Differs) => "layers match, history does not",
    }
}
