//! What cannot be compared is not different: layers that two images name by
//! digests of two algorithms, or one by its blobs alone.

use forebear_image::Image;

use crate::ids::ImageId;
use crate::view::View;

/// Where none of these images can be compared with this one: how the first
/// names the layer that cannot be. `None` where one can, and so is another
/// image, and where there is none.
pub(super) fn with_none_of(view: &View, image: &Image, others: &[ImageId]) -> Option<&'static str> {
    let mut first = None;
    for other in others {
        let other = view.load(*other, None)?;
        let named = is_open(image, &other)?;
        first = first.or(Some(named));
    }
    first
}

/// How the other image names its lowest layer that cannot be compared, where
/// all below are the same or cannot be compared either, and so are all above.
fn is_open(image: &Image, other: &Image) -> Option<&'static str> {
    let mut open = None;
    for (own, its) in image.layers.iter().zip(&other.layers) {
        match own.is(its) {
            Some(true) => {}
            Some(false) => return None,
            None => open = open.or(Some(its.named_by())),
        }
    }
    open
}
