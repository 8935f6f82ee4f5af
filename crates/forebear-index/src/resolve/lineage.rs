//! What lies below a parent.

use forebear_image::declared::Declared;

use super::naming::{Candidates, ever_named};
use super::parent::{Parent, parent_of};
use super::subject::Subject;
use crate::format::records::Image;
use crate::ids::{ImageId, NodeId};
use crate::view::View;

/// Ancestors that are asked for; real lineages have a handful.
const MAX_ANCESTORS: usize = 64;

/// Whether something that is declared is an ancestor of the parent.
pub(super) fn leads_to(view: &View, declared: &[&Declared], parent: &Parent) -> bool {
    if !may_lead_to(view, declared, parent.image) {
        return false;
    }
    let mut at: ImageId = parent.image;
    for _ in 0..MAX_ANCESTORS {
        let Some(image) = view.load(at, None) else { return false };
        let Some(above) = parent_of(view, Subject { image: &image, known: Some(at) }) else { return false };
        let equal = Candidates::of(view, &above.equal);
        if declared.iter().any(|declared| equal.are_named_by(view, declared)) {
            return true;
        }
        at = above.image;
    }
    false
}

/// Whether it is worth asking, which takes a resolution for each generation. The
/// equals of an ancestor lie at its place in the trie, unless a blob is claimed to be
/// two things; where the ancestors lie is stored.
fn may_lead_to(view: &View, declared: &[&Declared], parent: ImageId) -> bool {
    if view.as_of().is_some() || view.meta().contradicted_blobs != 0 {
        return true;
    }
    let place = |image: ImageId| view.image_record(image).map(Image::node);
    let named: Vec<NodeId> =
        declared.iter().flat_map(|declared| ever_named(view, declared)).filter_map(place).collect();
    let above = |at: &ImageId| view.stored_parent(*at).map(|(above, _)| above);
    std::iter::successors(above(&parent), above)
        .take(MAX_ANCESTORS)
        .filter_map(place)
        .any(|place| named.contains(&place))
}
