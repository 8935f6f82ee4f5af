//! A child, as it is listed.

use forebear_index::names::shown;
use forebear_index::{ImageId, View};

use super::answer::ChildAnswer;
use crate::located::Located;

/// A child, called by its best name, and what has become of that name.
pub(super) fn row(index: &View, id: ImageId) -> Option<ChildAnswer> {
    let its = Located::of_index(index, id)?;
    let names = index.names_of(id);
    let now = shown(&names, &[]).map(|name| index.tag_now(name, id));
    Some(ChildAnswer {
        reference: its.reference,
        manifest_digest: its.image.manifest_digest,
        platform: its.image.platform,
        layers: its.image.layers.len(),
        moved: now.as_ref().is_some_and(|now| now.moved),
        gone: now.as_ref().is_some_and(|now| now.gone),
        build: None,
        builds_behind: None,
    })
}
