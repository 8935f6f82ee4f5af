//! Images with the same layers that are not the parent.

use forebear_image::HistoryEntry;
use forebear_image::agreement::{Agreement, Comparison, compare, step_keys};
use serde::{Deserialize, Serialize};

use crate::ids::ImageId;
use crate::view::View;

use super::compare::Child;
use super::path::Path;
use super::subject::{Subject, own_id};

/// How an image with the same layers relates to the one asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// One config: the same image under another name, or a recompressed copy.
    SameImage,
    /// The same layers and steps, another config.
    SameBuild,
    /// The same step texts at other times: built again from the same Dockerfile.
    SameDockerfile,
    /// The same layers, and no more can be said.
    SameLayers,
}

/// One image with the same layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identical {
    /// The image; the one asked about itself, for its other names.
    pub image: ImageId,
    /// Its relation.
    pub relation: Relation,
}

/// All images with the same layers, closest relation first, without ancestors
/// and descendants.
pub(super) fn identical(view: &View, subject: Subject<'_>, path: &Path) -> Vec<Identical> {
    let child = match subject.known {
        Some(id) => Child::known(view, id),
        None => Child::given(subject.image.history.as_deref()),
    };
    let own_history = subject.image.history.as_deref();
    let mut found = Vec::new();
    let own = own_id(view, subject);
    if let Some(own) = own {
        found.push(Identical { image: own, relation: Relation::SameImage });
    }
    if path.layers > 0 {
        for id in path.full().flat_map(|node| view.images_at(node)).map(ImageId) {
            if Some(id) != own
                && view.is_visible(id)
                && let Some(relation) = relation(view, &child, own_history, id)
            {
                found.push(Identical { image: id, relation });
            }
        }
    }
    found.sort_by_key(|identical| (identical.relation, identical.image));
    found
}

/// The relation of another image with the same layers; `None` for an ancestor
/// or a descendant.
fn relation<'a>(view: &'a View, child: &Child<'a>, own: Option<&[HistoryEntry]>, other: ImageId) -> Option<Relation> {
    let upward = child.compare(view, other, 0);
    let is_built_on = |comparison: Comparison| comparison.strict && comparison.agreement.is_history();
    if is_built_on(upward) {
        return None;
    }
    if upward.agreement == Agreement::Exact {
        return Some(Relation::SameBuild);
    }
    let theirs = view.step_keys_of(other);
    if let (Some(own), Some(theirs)) = (own, theirs.as_deref()) {
        if own.is_empty() && theirs.is_empty() {
            return Some(Relation::SameBuild);
        }
        // The other way round: whether the other one is built on this.
        if is_built_on(compare(Some(&step_keys(own)), Some(theirs), 0)) {
            return None;
        }
    }
    Some(if upward.agreement == Agreement::Text { Relation::SameDockerfile } else { Relation::SameLayers })
}
