//! `layers` for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::commands::layers::LayersAnswer;

use forebear_image::human::bytes;

use super::words::{cut, headline, legend, mark, one_line, plural, safe, size, width};

/// Each layer, bottom first, under the image that brought it.
pub(crate) fn render(answer: &LayersAnswer) -> String {
    let mut out = headline(&answer.image);
    out.push('\n');
    let room = width().saturating_sub(4 + 12 + 2 + 12);
    let mut owner: Option<&str> = None;
    let mut totals: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    let own = answer.image.reference.as_str();
    for layer in &answer.layers {
        let from = layer.from.as_deref().unwrap_or(own);
        let total = totals.entry(from).or_default();
        total.0 += 1;
        total.1 += layer.layer.size.unwrap_or(0);
    }
    for layer in &answer.layers {
        let from = layer.from.as_deref().unwrap_or(own);
        if owner != Some(from) {
            owner = Some(from);
            let (count, total) = totals.get(from).copied().unwrap_or_default();
            _ = writeln!(out, "\n  {}   {}, {}", safe(from), plural(count, "layer"), bytes(total));
        }
        let digest = layer.layer.digest.map(|d| d.0).or(layer.layer.diff_id.map(|d| d.0));
        let digest = digest.map(|digest| digest.short()).unwrap_or_default();
        let size = layer.layer.size.map(size).unwrap_or_default();
        let step = layer.step.as_ref();
        let text = step.map_or_else(|| "no history".to_owned(), |step| cut(&one_line(&step.dockerfile), room));
        let unsure = if step.is_some_and(|step| !step.certain) { " (uncertain)" } else { "" };
        let mark = step.map_or(" ", |step| mark(step.fidelity));
        _ = writeln!(out, "    {digest:12} {size:>9} {mark} {text}{unsure}");
    }
    out.push_str(&legend(answer.layers.iter().filter_map(|layer| layer.step.as_ref()).map(|step| step.fidelity)));
    out
}
