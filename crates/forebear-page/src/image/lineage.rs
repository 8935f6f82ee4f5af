//! The lineage as a picture: the image above, what it is built on below it, down to the root.

use forebear_image::human::{bytes, plural};

use super::answers::ImageAnswers;
use crate::frame::date;
use crate::name::Name;
use crate::parts::pill::Pill;
use crate::site::Site;
use crate::text::Text;

/// One image of the lineage.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) name: Name,
    pub(super) is_own: bool,
    /// Colour of its layers.
    pub(super) colour: usize,
    /// What it adds to the one below.
    pub(super) adds: Text,
    /// How current it is as a base.
    pub(super) pill: Option<Pill>,
    pub(super) built: Option<Text>,
}

/// Colours of layers are counted from the root, so that a base has one colour on all pages.
pub(super) fn colour(from_root: usize) -> usize {
    from_root % 8
}

pub(super) fn stages(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Vec<Stage> {
    let ancestors = &answers.lineage.ancestors;
    let sizes: Vec<Option<u64>> = answers.layers.layers.iter().map(|own| own.layer.size).collect();
    let adds = |from: usize, to: usize, is_root: bool| {
        let size: Option<u64> = sizes.get(from..to).and_then(|sizes| sizes.iter().copied().sum());
        let size = size.filter(|_| to > from).map_or_else(String::new, |size| format!(", {}", bytes(size)));
        match (to.saturating_sub(from), is_root) {
            (0, _) => Text::line("metadata only"),
            (count, true) => Text::line(&format!("{}{size}", plural(count as u64, "layer"))),
            (count, false) => Text::line(&format!("+{}{size}", plural(count as u64, "layer"))),
        }
    };
    let own = &answers.lineage.image;
    let below = |at: usize| ancestors.get(at).map_or(0, |ancestor| ancestor.image.layers);
    let first = Stage {
        name: Name::new(&answers.summary.reference, None),
        is_own: true,
        colour: colour(ancestors.len()),
        adds: adds(below(0), own.layers, ancestors.is_empty()),
        pill: None,
        built: answers.summary.created.map(date),
    };
    let mut stages = vec![first];
    for (at, ancestor) in ancestors.iter().enumerate() {
        let image = &ancestor.image;
        let digest = image.config_digest.map(|own| own.0).or(image.manifest_digest.map(|own| own.0));
        stages.push(Stage {
            name: Name::new(&image.reference, digest.and_then(|digest| site.image(&digest))),
            is_own: false,
            colour: colour(ancestors.len() - at - 1),
            adds: adds(below(at + 1), image.layers, at + 1 == ancestors.len()),
            pill: Some(Pill::of(ancestor.freshness.freshness, ancestor.freshness.builds_behind.unwrap_or_default())),
            built: image.created.filter(|time| !time.is_placeholder()).map(date),
        });
    }
    stages
}
