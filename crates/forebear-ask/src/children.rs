//! Images built on one.

use forebear_image::{ManifestDigest, Platform};
use forebear_index::resolve::{all_children, children};
use forebear_index::{Base, View};
use serde::Serialize;

use crate::answers::{ImageAnswer, platform_as_text};
use crate::located::Located;
use crate::target::{Place, Target};

/// Which children are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChildrenRequest {
    /// Also children of children, and so on.
    pub all: bool,
    /// Skip this many; they come by repository, tag and platform.
    pub offset: usize,
    /// At most this many; all, when `None`.
    pub limit: Option<usize>,
}

/// The images built on one: their number, and a page of them.
#[derive(Clone, Debug, Serialize)]
pub struct ChildrenAnswer {
    /// The image that was asked about.
    pub image: ImageAnswer,
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// How many come before the first one listed.
    pub offset: usize,
    /// Those listed.
    pub children: Vec<ChildAnswer>,
    /// Of a base that the index does not hold: the images that declare it; null
    /// for an image that is known.
    pub declared_by: Option<DeclarersAnswer>,
}

/// Images that declare a base, by their word alone.
#[derive(Clone, Debug, Serialize)]
pub struct DeclarersAnswer {
    /// How many there are, whatever part of them is listed.
    pub total: usize,
    /// Those listed.
    pub images: Vec<ChildAnswer>,
}

/// One image built on the one asked about.
#[derive(Clone, Debug, Serialize)]
pub struct ChildAnswer {
    /// Its best name.
    pub reference: String,
    /// Digest of its manifest.
    pub manifest_digest: Option<ManifestDigest>,
    /// Its platform.
    #[serde(serialize_with = "platform_as_text")]
    pub platform: Option<Platform>,
    /// How many layers it has.
    pub layers: usize,
}

/// Finds the children; only those that are listed are loaded.
pub(crate) fn find(index: &View, located: &Located, request: ChildrenRequest) -> ChildrenAnswer {
    let ChildrenRequest { all, offset, limit } = request;
    let found = if all { all_children(index, located.subject()) } else { children(index, located.subject()) };
    let page = index.page(&found, offset, limit.unwrap_or(usize::MAX));
    let rows = page.into_iter().filter_map(|id| Some(ChildAnswer::from(Located::of_index(index, id)?))).collect();
    let image = ImageAnswer::from(located);
    ChildrenAnswer { image, total: found.len(), offset, children: rows, declared_by: None }
}

/// Images that declare a base which the index does not hold; `None` where
/// nobody does.
pub(crate) fn find_declarers(index: &View, target: &Target, request: ChildrenRequest) -> Option<ChildrenAnswer> {
    let ChildrenRequest { all: _, offset, limit } = request;
    let (base, reference) = match &target.place {
        Place::Indexed(reference) => {
            let base = match reference.digest {
                Some(digest) => Base::Digest(digest.0),
                None => Base::Named(reference.clone()),
            };
            (base, reference.to_string())
        }
        Place::IndexedDigest(digest) => (Base::Digest(*digest), digest.to_string()),
        Place::Live(_) | Place::Local(_) | Place::IndexedPrefix(_) => return None,
    };
    let found = index.declarers_of(&base);
    if found.is_empty() {
        return None;
    }
    let page = index.page(&found, offset, limit.unwrap_or(usize::MAX));
    let images = page.into_iter().filter_map(|id| Some(ChildAnswer::from(Located::of_index(index, id)?))).collect();
    let declared_by = Some(DeclarersAnswer { total: found.len(), images });
    Some(ChildrenAnswer { image: ImageAnswer::named(reference), total: 0, offset, children: Vec::new(), declared_by })
}

impl From<Located> for ChildAnswer {
    fn from(its: Located) -> Self {
        Self {
            reference: its.reference,
            manifest_digest: its.image.manifest_digest,
            platform: its.image.platform,
            layers: its.image.layers.len(),
        }
    }
}
