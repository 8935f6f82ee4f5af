//! The steps of an image as Dockerfile lines: its own beside its parent's config, as `forebear
//! parent` tells them, and the inherited ones as its parent has them.

use std::sync::Arc;

use forebear_image::Image;
use forebear_image::added::{Boundary, added_steps, all_steps};
use forebear_image::agreement::Agreement;
use forebear_image::dockerfile::{Context, reconstruct};
use forebear_image::history::Step;
use forebear_index::ImageId;
use forebear_index::resolve::{Parent, Subject, parent_of};

use crate::lines::{Lines, Said};
use crate::scope::Scope;

/// An image's steps with their lines.
pub(super) struct Told {
    pub(super) steps: Vec<Step>,
    /// One for each step.
    pub(super) lines: Lines,
    /// How many of them are the parent's.
    pub(super) inherited: usize,
}

impl Told {
    /// The steps of an image. Its ancestors' lines come first, from the oldest that is not yet
    /// known down, and are kept for their other children.
    pub(super) fn of(scope: &Scope, id: ImageId, image: &Image) -> Self {
        let mut unknown = Vec::new();
        let mut above: Option<Lines> = None;
        for ancestor in scope.ancestors(id) {
            above = scope.lines.of(ancestor);
            if above.is_some() {
                break;
            }
            unknown.push(ancestor);
        }
        for ancestor in unknown.into_iter().rev() {
            above = scope.view.load(ancestor, None).map(|image| {
                let told = Self::below(scope, ancestor, &image, above.as_deref());
                scope.lines.keep(ancestor, &told.lines);
                told.lines
            });
        }
        Self::below(scope, id, image, above.as_deref())
    }

    /// The same, with the lines of its parent.
    fn below(scope: &Scope, id: ImageId, image: &Image, above: Option<&[Arc<Said>]>) -> Self {
        let view = &scope.view;
        let steps = all_steps(image);
        let parent = parent_of(view, Subject { image, known: Some(id) });
        let base = parent.as_ref().and_then(|parent| view.load(parent.image, None));
        let boundary = parent.as_ref().zip(base.as_ref()).map(|(parent, base)| Boundary {
            comparison: parent.comparison,
            layers: parent.layers,
            history: base.history.as_deref(),
        });
        let added = added_steps(image, boundary);
        let inherited = steps.len().saturating_sub(added.len());
        let runtime = image.runtime.as_ref();
        let own = || {
            let context = Context { parent: base.as_ref().and_then(|base| base.runtime.as_ref()), image: runtime };
            reconstruct(&added, context)
        };
        let known = above.and_then(|lines| lines.get(..inherited)).filter(|_| is_verbatim(parent.as_ref(), inherited));
        let mut lines = match known {
            Some(known) => known.to_vec(),
            None => {
                let all = reconstruct(&steps, Context { parent: None, image: runtime });
                all.into_iter().take(inherited).map(Said::read).collect()
            }
        };
        lines.extend(own().into_iter().map(Said::read));
        // After the lines of steps there may be some that only the config knows.
        lines.truncate(steps.len());
        Self { steps, lines: lines.into(), inherited }
    }
}

/// Whether the inherited steps are the parent's, step by step from the first.
fn is_verbatim(parent: Option<&Parent>, inherited: usize) -> bool {
    parent.is_some_and(|parent| parent.comparison.agreement == Agreement::Exact && parent.comparison.steps == inherited)
}
