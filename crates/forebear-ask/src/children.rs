//! Images built on one.

use forebear_image::{ManifestDigest, Platform};
use forebear_index::View;
use forebear_index::resolve::{all_children, children};
use serde::Serialize;

use crate::answers::{ImageAnswer, platform_as_text};
use crate::located::Located;

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
    ChildrenAnswer { image: ImageAnswer::from(located), total: found.len(), offset, children: rows }
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
