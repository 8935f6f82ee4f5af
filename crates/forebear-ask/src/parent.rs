//! What an image is built on, and the steps added on top.

use std::collections::HashSet;
use std::hash::Hash;

use forebear_image::{Platform, Timestamp};
use forebear_index::resolve::{Parent, Reason, Relation, Resolution, WhyNot, resolve};
use forebear_index::{ImageId, View};
use serde::Serialize;

use crate::answers::{AncestorAnswer, DeclaredAnswer, ImageAnswer, StepAnswer, added_lines, platform_as_text, steps};
use crate::knowledge::Knowledge;
use crate::located::Located;

/// What an image is built on, and the steps added on top.
#[derive(Clone, Debug, Serialize)]
pub struct ParentAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// The longest matching known parent.
    pub parent: Option<AncestorAnswer>,
    /// Why there is none.
    pub no_parent_because: Option<NoParent>,
    /// What the image declares of its base, compared with the answer.
    pub declared: Vec<DeclaredAnswer>,
    /// Images with the same layers that are neither above nor below it.
    pub identical: Vec<IdenticalAnswer>,
    /// Names of images that would do as the parent as well, each once, but for
    /// its own.
    pub equal_candidates: Vec<String>,
    /// Images that would do as the parent as well, its own name for other
    /// platforms included.
    pub equal_images: Vec<EqualAnswer>,
    /// Images that share more layers than the parent has, but are not it.
    pub shares_layers_with: Vec<SharingAnswer>,
    /// The steps added on top; all of them where no parent is known.
    pub steps: Vec<StepAnswer>,
    /// Start of the last run that the index knows of, or the time that was asked as of, where
    /// that is earlier; `None` without an index.
    pub observed_until: Option<Timestamp>,
}

/// Why no parent is known.
#[derive(Clone, Debug, Serialize)]
pub struct NoParent {
    /// The code of the reason.
    pub code: NoParentCode,
    /// The reason, for people.
    pub message: String,
}

/// The code of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum NoParentCode {
    /// What the index says.
    Index(Reason),
    /// There is no index to say anything.
    #[serde(serialize_with = "no_index")]
    NoIndex,
}

fn no_index<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("no-index")
}

/// An image with the same layers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct IdenticalAnswer {
    /// Its name.
    pub reference: String,
    /// What it is to the image.
    pub relation: Relation,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
}

/// An image that would do as the parent as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct EqualAnswer {
    /// Its name.
    pub reference: String,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
}

/// An image that shares layers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SharingAnswer {
    /// Its name.
    pub reference: String,
    /// How many.
    pub layers: usize,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
}

/// An answer and what it was made from.
pub(crate) struct Found {
    pub(crate) answer: ParentAnswer,
    /// The parent, loaded.
    pub(crate) parent: Option<(Parent, Located)>,
}

/// Asks the resolver about an image and puts the whole answer together.
pub(crate) fn find(knowledge: &Knowledge, located: &Located) -> Found {
    let index = knowledge.view();
    let Resolution { parent, identical, sharing, declared } = resolve(index, located.subject());
    let (parent, why_not) = match parent {
        Ok(parent) => (Some(parent), None),
        Err(why_not) => (None, Some(NoParent::new(knowledge, why_not))),
    };
    let parent = parent.and_then(|parent| {
        let its = Located::as_base_of(index, parent.image, located)?;
        Some((parent, its))
    });
    let below = parent.as_ref().map(|(parent, _)| parent.layers);
    let declared = declared.into_iter().map(|base| DeclaredAnswer::new(located, base, below));
    let sharing = sharing.into_iter().map(|sharing| SharingAnswer {
        reference: index.reference_of(sharing.image),
        layers: sharing.layers,
        platform: index.platform_of(sharing.image, None),
    });
    let others = parent.iter().flat_map(|(parent, _)| parent.equal.iter().skip(1));
    let equal =
        each_once(others.map(|image| EqualAnswer {
            reference: index.reference_of(*image),
            platform: index.platform_of(*image, None),
        }));
    let own = parent.as_ref().map(|(_, its)| its.reference.as_str());
    let names = equal.iter().map(|equal| equal.reference.clone()).filter(|name| Some(name.as_str()) != own);
    let answer = ParentAnswer {
        image: ImageAnswer::from(located),
        parent: parent.as_ref().map(|(parent, its)| AncestorAnswer::new(index, located, parent, its)),
        no_parent_because: why_not,
        declared: declared.collect(),
        identical: each_once(
            identical.iter().flat_map(|same| identical_answers(index, located, same.image, same.relation)),
        ),
        equal_candidates: each_once(names),
        equal_images: equal,
        shares_layers_with: each_once(sharing),
        steps: steps(located, &added_lines(located, parent.as_ref())),
        observed_until: index.observed_until(),
    };
    Found { answer, parent }
}

/// The image's other names, or the one name of another image.
fn identical_answers(index: &View, located: &Located, image: ImageId, relation: Relation) -> Vec<IdenticalAnswer> {
    let platform = index.platform_of(image, None);
    if relation != Relation::SameImage {
        return vec![IdenticalAnswer { reference: index.reference_of(image), relation, platform }];
    }
    let names = index.names_of(image).into_iter();
    let others = names.filter(|name| !name.ended && name.reference != located.reference);
    others.map(|name| IdenticalAnswer { reference: name.reference, relation, platform: platform.clone() }).collect()
}

/// Those that say something else than all before them: builds of one name may
/// differ in what is not said here.
fn each_once<T: Clone + Eq + Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    all.filter(|one| seen.insert(one.clone())).collect()
}

impl NoParent {
    fn new(knowledge: &Knowledge, why_not: WhyNot) -> Self {
        if knowledge.is_there() {
            return Self { code: NoParentCode::Index(why_not.code), message: why_not.message };
        }
        let message = "there is no index to look in; crawl a registry with forebear-crawl, or point --data or --index \
                       at an index";
        Self { code: NoParentCode::NoIndex, message: message.to_owned() }
    }
}
