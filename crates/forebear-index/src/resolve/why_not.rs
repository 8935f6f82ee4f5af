//! Why there is no parent: a closed list of reasons, each with a sentence.

use forebear_image::agreement::StepKey;
use forebear_image::declared::Source;
use forebear_image::history::{LayerLink, align};
use forebear_image::{Digest, Image, Layer};
use serde::{Deserialize, Serialize};

use crate::ids::{ImageId, LayerId, NodeId};
use crate::view::View;

use super::path::Path;
use super::shares::{Sharing, has_layer_of_many};
use super::subject::{Subject, own_id};
use super::verdict::{DeclaredBase, Verdict};

/// Steps further apart than this were not one build, in seconds.
const ONE_BUILD: u64 = 3_600;

/// The code of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The image declares that it was built on nothing.
    Scratch,
    /// It looks as if it was: a root file system was added, with nothing below.
    ScratchInferred,
    /// No known image is below it: none has any of its layers, or those that have all of them
    /// have more on top, or another history, as an imported copy has.
    NothingShared,
    /// The index holds no image of this platform.
    PlatformNotIndexed,
    /// Layers are shared, but no known image's layers are the lowest of this one.
    SharedButNoPrefix,
    /// One side is known by compressed digests only, the other by diff_ids only,
    /// or by digests of another algorithm.
    NotComparable,
    /// Neither layers nor history of the image could be read.
    Unreadable,
}

/// A reason with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyNot {
    /// The code.
    pub code: Reason,
    /// For people.
    pub message: String,
}

/// Explains why no parent was found.
pub(super) fn explain(
    view: &View,
    subject: Subject<'_>,
    path: &Path,
    sharing: &[Sharing],
    declared: &[DeclaredBase],
) -> WhyNot {
    let image = subject.image;
    let because = |code, message: String| WhyNot { code, message };
    let platform = image.platform.as_ref();
    if image.declared.iter().any(forebear_image::declared::Declared::is_scratch) {
        return because(Reason::Scratch, "it declares 'scratch' as its base: it is built on nothing".to_owned());
    }
    if image.layers.is_empty() {
        return if image.history.is_none() {
            because(Reason::Unreadable, "neither its layers nor its config could be read".to_owned())
        } else {
            because(Reason::NothingShared, "it has no layers, so there is nothing to match".to_owned())
        };
    }
    if let Some(most) = sharing.first() {
        return because(Reason::SharedButNoPrefix, shared_message(view, most));
    }
    // Where no config was read, no platform is known either.
    let knows_platforms = !view.platforms().is_empty() || view.image_count() == 0;
    if let Some(platform) = platform
        && knows_platforms
        && !view.platforms().iter().any(|known| known.same_machine(platform))
    {
        let known = view.platforms().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none".to_owned() } else { known };
        return because(
            Reason::PlatformNotIndexed,
            format!("the index holds no image for {platform}; it holds {known}"),
        );
    }
    if let Some(message) = not_comparable(view, image, declared) {
        return because(Reason::NotComparable, message);
    }
    // A base that is declared is evidence, and this a guess. What a build read
    // need not be its base.
    let declares = declared.iter().any(|base| base.declared.source != Source::Provenance);
    if !declares && adds_root_file_system(image) {
        let message = "this is a base image (its first step adds a root file system), probably FROM scratch";
        return because(Reason::ScratchInferred, message.to_owned());
    }
    if path.nodes.is_empty()
        && let Some(message) = blobs_or_diff_ids(view, image)
    {
        return because(Reason::NotComparable, message.to_owned());
    }
    let mut message = nobody_below(view, subject, path);
    let unread = view.meta().unread_configs;
    if unread > 0 {
        message.push_str(&format!("; {unread} images there are known by compressed digests only"));
    }
    because(Reason::NothingShared, message)
}

/// That nothing is below it, whoever else has its layers.
fn nobody_below(view: &View, subject: Subject<'_>, path: &Path) -> String {
    let own = own_id(view, subject);
    let is_other = |image: &ImageId| Some(*image) != own && view.is_visible(*image);
    let nodes: Vec<NodeId> = path.full().collect();
    let same = nodes.iter().any(|node| view.images_at(*node).map(ImageId).any(|image| is_other(&image)));
    let above = nodes.iter().any(|node| {
        let same = view.images_at(*node);
        view.images_below(*node).filter(|id| !same.contains(id)).map(ImageId).any(|image| is_other(&image))
    });
    let they_have = match (same, above) {
        (false, false) => {
            let other = if own.is_some() { "other " } else { "" };
            let but = if has_layer_of_many(view, subject.image) { ", but for such as very many have" } else { "" };
            return format!("no {other}image in the index has any of its layers{but}");
        }
        (true, false) => "no more of them, and no history that its own goes on from",
        (false, true) => "more on top",
        (true, true) => "more on top, or no history that its own goes on from",
    };
    format!("no image in the index is below it: those that have its layers have {they_have}")
}

fn shared_message(view: &View, most: &Sharing) -> String {
    let (layers, name) = (most.layers, view.reference_of(most.image));
    if most.prefix {
        let what = if layers == 1 { "layer is that".to_owned() } else { format!("{layers} layers are those") };
        format!(
            "its lowest {what} of {name} too, but no known image ends there: \
             their common base is not in the index"
        )
    } else {
        let what = if layers == 1 { "1 layer is".to_owned() } else { format!("{layers} layers are") };
        format!(
            "{what} shared with {name}, but no known image's layers are its lowest ones: \
             it was squashed, flattened, rebased, or put together by a tool without a base"
        )
    }
}

/// Whether the image is named by digests of another algorithm than the base it
/// declares, or, where that is not the common one, than the index's images.
fn not_comparable(view: &View, image: &Image, declared: &[DeclaredBase]) -> Option<String> {
    let own = image.layers.first()?.named_by();
    if let Some(base) = declared.iter().find(|base| base.verdict == Verdict::NotComparable) {
        let (its, declared) = (base.named_by.unwrap_or_default(), &base.declared);
        let name = declared.name.clone().or_else(|| declared.digest.map(|digest| digest.to_string()));
        return Some(format!(
            "its layers are named by {own}, those of {}, which it declares, by {its}: they cannot be compared",
            name.unwrap_or_default()
        ));
    }
    let digest = |layer: &Layer| layer.diff_id.map_or_else(|| layer.blob.map(|blob| blob.0), |id| Some(id.0));
    let is_common = matches!(image.layers.first().and_then(digest), None | Some(Digest::Sha256(_)));
    let holds_others = || {
        let layers = (0..view.diff_id_count()).filter_map(|layer| view.layer_digest(LayerId(layer)));
        layers.map(|layer| layer.algorithm()).find(|its| *its != own)
    };
    let its = if is_common { None } else { holds_others() }?;
    Some(format!("its layers are named by {own}, those of images in the index by {its}: they cannot be compared"))
}

/// The reason why digests of the two sides cannot meet, if there is one.
fn blobs_or_diff_ids(view: &View, image: &Image) -> Option<&'static str> {
    let no_diff_ids = image.layers.iter().all(|layer| layer.diff_id.is_none());
    let no_blobs = image.layers.iter().all(|layer| layer.blob.is_none());
    let knows_diff_ids = view.diff_id_count() > 0;
    if no_diff_ids {
        let known = image.layers.iter().any(|layer| layer.blob.is_some_and(|blob| view.find_blob(blob).is_some()));
        return (!known).then_some(
            "only its compressed digests are known, and the view has seen none of them: \
             a base that was compressed differently cannot be recognised without the config",
        );
    }
    (no_blobs && !knows_diff_ids && view.image_count() > 0)
        .then_some("only its diff_ids are known, and the index knows its images by compressed digests only")
}

/// A bottom step that adds a root file system, everything above it made in
/// the same build: an app on an unknown base was built at another time than
/// the base.
fn adds_root_file_system(image: &Image) -> bool {
    let history = image.history.as_deref().unwrap_or_default();
    let steps = align(history, image.layers.len());
    let Some(bottom) = steps.iter().find(|step| step.link == LayerLink::Made(0)) else { return false };
    if !is_root_add(StepKey::from(&bottom.entry)) {
        return false;
    }
    let made = steps.iter().filter(|step| step.link != LayerLink::Empty);
    made.clone().count() == 1
        || made.map(|step| step.entry.created).all(|created| match (created, bottom.entry.created) {
            (Some(this), Some(first)) => this.seconds.abs_diff(first.seconds) <= ONE_BUILD,
            _ => false,
        })
}

/// `ADD something /`, in any builder's spelling, or debuerreotype's own.
fn is_root_add(step: StepKey<'_>) -> bool {
    let text = step.text.trim();
    let text = text.split_once("#(nop)").map_or(text, |(_, after)| after.trim());
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
    let debuerreotype = text.starts_with("# debian.sh ");
    let add = text.strip_prefix("ADD ").or_else(|| text.strip_prefix("COPY "));
    debuerreotype || add.is_some_and(|rest| rest.split_whitespace().next_back() == Some("/"))
}
