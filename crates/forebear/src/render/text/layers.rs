//! `layers` for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use forebear_ask::{LayersAnswer, OwnedLayer};

use forebear_image::human::bytes;
use forebear_print::Paint;

use super::words::{cut, headline, legend, mark, one_line, plural, safe, size};
use crate::view::View;

/// Each layer, bottom first, under the image that brought it.
pub(crate) fn render(answer: &LayersAnswer, view: View) -> String {
    let mut out = headline(&answer.image, view.paint);
    out.push('\n');
    let owners = Owners::new(answer);
    for at in 0..answer.layers.len() {
        out.push_str(&owners.heading(at, view.paint));
        answer.layers.get(at).iter().for_each(|layer| out.push_str(&row(layer, view.width)));
    }
    out.push_str(&marks(answer, view.paint));
    out
}

/// What the marks of all layers mean.
pub(super) fn marks(answer: &LayersAnswer, paint: Paint) -> String {
    legend(answer.layers.iter().filter_map(|layer| layer.step.as_ref()).map(|step| step.fidelity), paint)
}

/// Which image brought each layer, and how much each brought.
pub(super) struct Owners<'a> {
    answer: &'a LayersAnswer,
    /// Layers and bytes; no bytes where a layer's size is not known.
    totals: BTreeMap<&'a str, (usize, Option<u64>)>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(answer: &'a LayersAnswer) -> Self {
        let mut owners = Self { answer, totals: BTreeMap::new() };
        for (at, layer) in answer.layers.iter().enumerate() {
            let total = owners.totals.entry(owners.of(at)).or_insert((0, Some(0)));
            total.0 += 1;
            total.1 = total.1.zip(layer.layer.size).map(|(sum, size)| sum.saturating_add(size));
        }
        owners
    }

    fn of(&self, at: usize) -> &'a str {
        let from = self.answer.layers.get(at).and_then(|layer| layer.from.as_deref());
        from.unwrap_or(self.answer.image.reference.as_str())
    }

    /// The owner's name and totals, where a layer is the first of its owner.
    pub(super) fn heading(&self, at: usize, paint: Paint) -> String {
        let owner = self.of(at);
        if at.checked_sub(1).is_some_and(|below| self.of(below) == owner) {
            return String::new();
        }
        let (count, total) = self.totals.get(owner).copied().unwrap_or_default();
        let total = total.map_or_else(String::new, |total| format!(", {} compressed", bytes(total)));
        format!("\n{}   {}{total}\n", paint.title(safe(owner)), plural(count, "layer"))
    }
}

/// One layer: digest, size, step.
pub(super) fn row(layer: &OwnedLayer, width: usize) -> String {
    let room = width.saturating_sub(2 + 12 + 2 + 12);
    let digest = layer.layer.digest.map(|d| d.0).or(layer.layer.diff_id.map(|d| d.0));
    let digest = digest.map(|digest| digest.short()).unwrap_or_default();
    let size = layer.layer.size.map(size).unwrap_or_default();
    let step = layer.step.as_ref();
    let text = step.map_or_else(|| "no history".to_owned(), |step| cut(&one_line(&step.dockerfile), room));
    let unsure = if step.is_some_and(|step| !step.certain) { " (uncertain)" } else { "" };
    let mark = step.map_or(" ", |step| mark(step.fidelity));
    let mut out = String::new();
    _ = writeln!(out, "  {digest:12} {size:>9} {mark} {text}{unsure}");
    out
}
