//! What lies below a parent.

use forebear_image::declared::Declared;

use super::naming::Candidates;
use super::parent::{Parent, parent_of};
use super::subject::Subject;
use crate::ids::ImageId;
use crate::view::View;

/// Ancestors that are asked for; real lineages have a handful.
const MAX_ANCESTORS: usize = 64;

/// Whether something that is declared is an ancestor of the parent.
pub(super) fn leads_to(view: &View, declared: &[&Declared], parent: &Parent) -> bool {
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
