//! What provenance says beside the answer.
//!
//! Provenance lists every image that a build read, in no order that means
//! anything, and does not say which of them the result is built on; at most
//! one is. So it is judged as a list:
//!
//! - A material that is the parent *agrees*. The others are *materials*: base
//!   of another stage, source of a `COPY --from`, the frontend. They contradict
//!   nothing, whether the index knows them or not.
//! - The same holds where a material is an ancestor of the parent: the index
//!   then knows an image nearer than the base that was named in the build.
//! - Otherwise the base may be a material that the index does not hold. Those
//!   are *not indexed*; the ones it holds are materials, and not the base.
//! - Where it holds them all and layers still lead to another image, the
//!   build cannot have read its base: each *contradicts*.
//! - Where no parent was found and all are indexed, nothing contradicts. `FROM
//!   scratch` is never listed, and most images without a parent whose build
//!   read others are just that: one binary, copied from a stage.

use forebear_image::Platform;
use forebear_image::declared::Declared;

use crate::view::View;

use super::lineage::leads_to;
use super::naming::{Candidates, is_indexed_image};
use super::parent::Parent;
use super::verdict::Verdict;

/// A verdict for each material, in their order.
pub(super) fn judge(
    view: &View,
    platform: Option<&Platform>,
    parent: Option<&Parent>,
    equal: &Candidates,
    materials: &[&Declared],
) -> Vec<Verdict> {
    if materials.is_empty() {
        return Vec::new();
    }
    let agrees: Vec<bool> = materials.iter().map(|material| equal.are_named_by(view, material)).collect();
    let base_is_listed = agrees.contains(&true) || parent.is_some_and(|parent| leads_to(view, materials, parent));
    let indexed: Vec<bool> = materials.iter().map(|material| is_indexed_image(view, material, platform)).collect();
    let may_contradict = parent.is_some() && !base_is_listed && !indexed.contains(&false);
    let verdict = |(agrees, indexed): (bool, bool)| match (agrees, indexed) {
        (true, _) => Verdict::Agrees,
        (false, false) if !base_is_listed => Verdict::NotIndexed,
        (false, _) if may_contradict => Verdict::Contradicts,
        (false, _) => Verdict::Material,
    };
    agrees.into_iter().zip(indexed).map(verdict).collect()
}
