//! Layers as bars to scale, coloured by the ancestor that they came from.

use forebear_ask::{LayersAnswer, LineageAnswer};
use forebear_image::human::{bytes, plural};

use super::lineage::colour;
use crate::chart::{Bar, WIDTH, part};
use crate::name::Name;
use crate::text::Text;

/// A step is shown up to this many characters; whole, it stands in the Dockerfile.
const STEP: usize = 240;

/// All layers.
#[derive(Clone, Debug)]
pub(super) struct Layers {
    /// The whole image as one bar.
    pub(super) whole: Vec<Bar>,
    /// The bar in words.
    pub(super) words: Text,
    pub(super) groups: Vec<Group>,
}

/// Layers of one ancestor, or the image's own.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: Name,
    pub(super) colour: usize,
    pub(super) is_own: bool,
    pub(super) sum: Text,
    pub(super) rows: Vec<Row>,
}

/// One layer.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) number: usize,
    pub(super) width: u64,
    pub(super) size: String,
    pub(super) step: Option<Text>,
    pub(super) digest: Text,
    pub(super) whole_digest: Text,
}

impl Layers {
    pub(super) fn new(answer: &LayersAnswer, lineage: &LineageAnswer) -> Self {
        let size = |at: usize| answer.layers.get(at).and_then(|own| own.layer.size).unwrap_or_default();
        let count = answer.layers.len();
        let largest = (0..count).map(size).max().unwrap_or_default();
        let all: u64 = (0..count).map(size).sum();
        // From the root: where each one's layers end.
        let ancestors = lineage.ancestors.iter().rev();
        let ends: Vec<(usize, Name, bool)> = ancestors
            .map(|own| (own.image.layers.min(count), Name::new(&own.image.reference, None), false))
            .chain([(count, Name::new(&lineage.image.reference, None), true)])
            .collect();
        let (mut from, mut x) = (0, 0);
        let (mut whole, mut groups) = (Vec::new(), Vec::new());
        for (generation, (end, name, is_own)) in ends.into_iter().enumerate() {
            let rows: Vec<Row> = (from..end).map(|at| row(answer, at, largest)).collect();
            let bytes_of: u64 = (from..end).map(size).sum();
            let sum = format!("{}, {}", plural(rows.len() as u64, "layer"), bytes(bytes_of));
            let width = part(bytes_of, all).min(WIDTH.saturating_sub(x));
            let title = Text::line(&format!("{}{}: {sum}", name.above, name.own));
            if width > 0 {
                whole.push(Bar { x, width, class: format!("o{}", colour(generation)), title });
            }
            x += width;
            from = from.max(end);
            if !rows.is_empty() || is_own {
                groups.push(Group { name, colour: colour(generation), is_own, sum: Text::line(&sum), rows });
            }
        }
        let words: Vec<String> = whole.iter().map(|bar| bar.title.to_string()).collect();
        Self { words: Text::line(&words.join("; ")), whole, groups }
    }
}

fn row(answer: &LayersAnswer, at: usize, largest: u64) -> Row {
    let own = answer.layers.get(at);
    let layer = own.map(|own| &own.layer);
    let size = layer.and_then(|layer| layer.size);
    let digest = layer.and_then(|layer| {
        let blob = layer.digest.map(|digest| digest.0);
        blob.or(layer.diff_id.map(|digest| digest.0))
    });
    Row {
        number: at + 1,
        width: part(size.unwrap_or_default(), largest),
        size: size.map_or_else(|| "size not known".to_owned(), bytes),
        step: own.and_then(|own| own.step.as_ref()).map(|step| Text::short(&step.dockerfile, STEP)),
        digest: digest.map(|digest| Text::line(&digest.short())).unwrap_or_default(),
        whole_digest: digest.map(|digest| Text::line(&digest.to_string())).unwrap_or_default(),
    }
}
