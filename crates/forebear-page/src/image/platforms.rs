//! What else the image's name offers, side by side.

use forebear_ask::OfferedAnswer;
use forebear_image::human::bytes;

use super::answers::ImageAnswers;
use crate::name::Name;
use crate::parts::pill::Pill;
use crate::site::Site;
use crate::text::Text;

/// An image of the same name for a platform.
#[derive(Clone, Debug)]
pub(super) struct Offered {
    pub(super) platform: Text,
    pub(super) href: Option<String>,
    pub(super) is_own: bool,
    pub(super) layers: String,
    pub(super) size: String,
    pub(super) base: Option<Name>,
    pub(super) pill: Option<Pill>,
}

/// Empty where its name offers nothing else.
pub(super) fn offered(site: &Site<'_>, answers: &ImageAnswers<'_>) -> Vec<Offered> {
    let own = answers.summary.digest;
    let seen = answers.histories.iter().flat_map(|history| history.observations.iter().rev());
    let together = seen.map(|seen| &seen.images).find(|images| images.iter().any(|offered| offered.image == Some(own)));
    match together {
        Some(images) if images.len() > 1 => images.iter().map(|offered| row(site, answers, offered)).collect(),
        _ => Vec::new(),
    }
}

fn row(site: &Site<'_>, answers: &ImageAnswers<'_>, offered: &OfferedAnswer) -> Offered {
    let platform = offered.platform.as_ref().map_or_else(|| "not known".to_owned(), ToString::to_string);
    let image = offered.image.and_then(|digest| site.estate.image(&digest));
    let is_own = offered.image == Some(answers.summary.digest);
    Offered {
        platform: Text::line(&platform),
        href: image.filter(|_| !is_own).and_then(|image| site.summary(image)),
        is_own,
        layers: image.map_or_else(|| "not read".to_owned(), |image| image.layers.to_string()),
        size: image.and_then(|image| image.size).map(bytes).unwrap_or_default(),
        base: image.and_then(|image| {
            let base = image.base.as_ref()?;
            let page = site.estate.base_of(image).and_then(|base| site.summary(base));
            Some(Name::new(&base.reference, page))
        }),
        pill: image.map(Pill::of_summary),
    }
}
