//! Other names of the image, and images that are nearly it.

use forebear_ask::ParentAnswer;
use forebear_ask::answers::SameRelation;
use forebear_image::human::plural;

use crate::name::Name;
use crate::site::Site;
use crate::text::Text;

/// Names that are listed of each kind.
const SHOWN: usize = 60;

/// A name, and what is said beside it.
type Related<'a> = (&'a str, Option<String>);

/// Lists of names, with what they have in common.
#[derive(Clone, Debug)]
pub(super) struct Copies {
    pub(super) lists: Vec<List>,
}

/// Names of one kind.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) title: &'static str,
    pub(super) names: Vec<(Name, Text)>,
    pub(super) more: usize,
}

impl Copies {
    pub(super) fn new(site: &Site<'_>, answer: &ParentAnswer) -> Self {
        let identical = |relation: SameRelation| {
            let same = answer.identical.iter().filter(move |own| own.relation == relation);
            same.map(|own| (own.reference.as_str(), own.platform.as_ref().map(ToString::to_string))).collect()
        };
        let equal = answer
            .equal_images
            .iter()
            .map(|own| (own.reference.as_str(), own.platform.as_ref().map(ToString::to_string)));
        let sharing = answer
            .shares_layers_with
            .iter()
            .map(|own| (own.reference.as_str(), Some(plural(own.layers as u64, "layer"))));
        let lists: [(&'static str, Vec<Related<'_>>); 6] = [
            ("Other names of this image", identical(SameRelation::SameImage)),
            ("The same build with another config", identical(SameRelation::SameBuild)),
            ("Built from the same Dockerfile at another time", identical(SameRelation::SameDockerfile)),
            ("Images with the same layers", identical(SameRelation::SameLayers)),
            ("Would do as the base as well", equal.collect()),
            ("Share more layers, but are not the base", sharing.collect()),
        ];
        let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
        Self { lists: lists.map(|(title, names)| list(site, title, names)).collect() }
    }
}

fn list(site: &Site<'_>, title: &'static str, names: Vec<Related<'_>>) -> List {
    let more = names.len().saturating_sub(SHOWN);
    let one = |(reference, beside): Related<'_>| {
        let repository = reference.split('@').next().unwrap_or_default();
        let repository = match repository.rsplit_once(':') {
            Some((before, tag)) if !tag.contains('/') => before,
            _ => repository,
        };
        (Name::new(reference, site.repository(repository)), Text::line(&beside.unwrap_or_default()))
    };
    List { title, names: names.into_iter().take(SHOWN).map(one).collect(), more }
}
