//! What two images are to each other.

use forebear_image::agreement::{Agreement, Comparison, compare};
use forebear_index::View;
use serde::Serialize;

use crate::lineage::ancestors_of;
use crate::located::Located;

/// What two images are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DiffVerdict {
    /// One image, whatever it is called.
    SameImage,
    /// The same layers and steps, two configs.
    SameBuild,
    /// Built from the same steps, at two times.
    SameDockerfile,
    /// The second is built on the first.
    AIsAncestor,
    /// The first is built on the second.
    BIsAncestor,
    /// They share layers or an ancestor.
    Siblings,
    /// Nothing of this.
    Unrelated,
}

impl DiffVerdict {
    /// Whether the steps of one begin the other's, if at other times: then they
    /// are in common. Of siblings, a step of the same text is another image's.
    pub(super) fn is_one_line_of_builds(self) -> bool {
        match self {
            Self::SameImage | Self::SameBuild | Self::SameDockerfile | Self::AIsAncestor | Self::BIsAncestor => true,
            Self::Siblings | Self::Unrelated => false,
        }
    }
}

/// What was found to be the same, from the bottom up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    pub(super) layers: usize,
    /// Steps that say the same, whenever they were recorded.
    pub(super) texts: usize,
    /// The layers above cannot be compared.
    pub(super) open: bool,
}

pub(super) fn of(index: &View, a: &Located, b: &Located, common: Common) -> DiffVerdict {
    let same_layers = common.layers;
    if a.image.identity.is_some() && a.image.identity == b.image.identity {
        return DiffVerdict::SameImage;
    }
    let (layers_a, layers_b) = (a.image.layers.len(), b.image.layers.len());
    let (keys_a, keys_b) = (a.image.step_keys(), b.image.step_keys());
    let up = compare(keys_a.as_deref(), keys_b.as_deref(), layers_b.saturating_sub(layers_a));
    let down = compare(keys_b.as_deref(), keys_a.as_deref(), layers_a.saturating_sub(layers_b));
    let all_a = same_layers == layers_a && layers_a > 0;
    let all_b = same_layers == layers_b && layers_b > 0;
    if all_a && all_b && !up.strict && !down.strict && up.agreement == Agreement::Exact {
        return DiffVerdict::SameBuild;
    }
    // Other layers of the same steps at the same time are no second build: tools
    // that write one date and one text for all they make, jib or Nix, do that.
    let at_two_times = up.agreement != Agreement::Exact || common.open;
    let told = common.texts == keys_a.as_ref().map_or(0, Vec::len) || up.agreement == Agreement::Filled;
    let has_steps = keys_a.is_some_and(|keys| !keys.is_empty());
    if !up.strict && !down.strict && up.agreement.is_history() && has_steps && at_two_times && told {
        return DiffVerdict::SameDockerfile;
    }
    // The same rule as `parent`: with the same layers only a strict prefix of
    // the history makes an ancestor, with fewer whatever the layers say.
    let is_ancestor = |all: bool, fewer: bool, compared: &Comparison, older: &Located, younger: &Located| {
        all && compared.agreement.is_history()
            && (fewer || compared.strict)
            && (compared.agreement == Agreement::Exact || is_not_outdone(index, older, younger))
    };
    if is_ancestor(all_a, layers_a < layers_b, &up, a, b) {
        return DiffVerdict::AIsAncestor;
    }
    if is_ancestor(all_b, layers_b < layers_a, &down, b, a) {
        return DiffVerdict::BIsAncestor;
    }
    if same_layers > 0 || have_common_ancestor(index, a, b) { DiffVerdict::Siblings } else { DiffVerdict::Unrelated }
}

/// Whether an image that would do as an ancestor, though its steps are not to
/// the letter the beginning of the other's, is one: a sibling built from the
/// same lines would do as well, and the lineage has the better one.
fn is_not_outdone(index: &View, older: &Located, younger: &Located) -> bool {
    let lineage = ancestors_of(index, younger);
    match older.known {
        Some(older) => lineage.iter().any(|(parent, _)| parent.equal.contains(&older)),
        None => lineage.first().is_none_or(|(parent, _)| parent.comparison.agreement != Agreement::Exact),
    }
}

fn have_common_ancestor(index: &View, a: &Located, b: &Located) -> bool {
    let of = |located| ancestors_of(index, located).into_iter().map(|(parent, _)| parent.image).collect::<Vec<_>>();
    let (a, b) = (of(a), of(b));
    a.iter().any(|ancestor| b.contains(ancestor))
}
