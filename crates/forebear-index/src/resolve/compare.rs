//! Comparing histories: by position in the history trie where both images are
//! in the index, step by step otherwise. Both ways give the same classes.

use forebear_image::HistoryEntry;
use forebear_image::agreement::{Agreement, Comparison, StepKey, compare, step_keys};

use crate::format::records::{Id, Image, StepNode};
use crate::format::{MARKS_APART, NONE, Section};
use crate::ids::ImageId;
use crate::view::View;

/// The history of the image asked about, ready to be compared with many.
#[derive(Debug)]
pub(super) struct Child<'a> {
    /// Node in the history trie, when the image is in the index, its config
    /// was read and all its steps have times.
    node: Option<u32>,
    known: Option<ImageId>,
    /// Its steps, once a comparison needed them; outer `None` until then.
    steps: std::cell::OnceCell<Option<Vec<StepKey<'a>>>>,
    /// Whether any of its steps made no layer, once a comparison asked.
    has_empty: std::cell::OnceCell<bool>,
}

impl<'a> Child<'a> {
    /// An image of the index.
    pub(super) fn known(view: &View, id: ImageId) -> Self {
        let record = view.image_record(id);
        let timed = record.filter(|image| image.flags.get() & Image::UNTIMED_STEP == 0);
        let node = timed.map(|image| image.history.get()).filter(|node| *node != NONE);
        Self { node, known: Some(id), steps: std::cell::OnceCell::new(), has_empty: std::cell::OnceCell::new() }
    }

    /// Any image, by its history; `None` for a config that was not read.
    pub(super) fn given(history: Option<&'a [HistoryEntry]>) -> Self {
        let steps = std::cell::OnceCell::from(history.map(step_keys));
        Self { node: None, known: None, steps, has_empty: std::cell::OnceCell::new() }
    }

    fn steps(&self, view: &'a View) -> Option<&[StepKey<'a>]> {
        self.steps.get_or_init(|| view.step_keys_of(self.known?)).as_deref()
    }

    /// Compares a candidate of the index with this image.
    pub(super) fn compare(&self, view: &'a View, parent: ImageId, layers_above: usize) -> Comparison {
        let unread = Comparison { agreement: Agreement::Unread, steps: 0, strict: false };
        let Some(record) = view.image_record(parent).filter(|image| image.is_read()) else { return unread };
        if let Some(own) = self.node
            && record.flags.get() & Image::UNTIMED_STEP == 0
            && let Some(quick) = self.by_position(view, record.history.get(), own)
        {
            return quick;
        }
        let Some(child) = self.steps(view) else { return unread };
        if let Some(quick) = self.by_steps(view, record.history.get(), child) {
            return quick;
        }
        compare(view.step_keys_of(parent).as_deref(), Some(child), layers_above)
    }

    /// `exact` and `text` by position in the tries. `None` where the steps
    /// themselves must be looked at: a parent without history, or a child
    /// without empty entries, which may be `filled`.
    fn by_position(&self, view: &View, parent: u32, child: u32) -> Option<Comparison> {
        let node = |id: u32| view.at::<StepNode>(Section::StepNodes, id);
        let (parent_node, child_node) = (node(parent)?, node(child)?);
        let steps = parent_node.depth.get() as usize;
        if steps == 0 {
            return None;
        }
        let found =
            |agreement| Comparison { agreement, steps, strict: parent_node.depth.get() < child_node.depth.get() };
        if (parent..parent_node.end.get()).contains(&child) {
            return Some(found(Agreement::Exact));
        }
        if !self.has_empty.get_or_init(|| self.known.is_some_and(|id| has_empty_entry(view, id))) {
            return None;
        }
        let text = parent_node.text_node.get();
        let text_end = view.at::<Id>(Section::TextNodes, text)?.get();
        let agreement = if (text..text_end).contains(&child_node.text_node.get()) {
            // In older files one step that is marked differently is two nodes.
            if view.index().version() < MARKS_APART {
                return None;
            }
            found(Agreement::Text)
        } else {
            Comparison { agreement: Agreement::Differs, steps: 0, strict: false }
        };
        Some(agreement)
    }
}

impl Child<'_> {
    /// The class by the candidate's steps as they lie in the trie, last first:
    /// times differ sooner than texts, and later steps sooner than a base's.
    /// `None` where that does not decide, as in [`Child::by_position`].
    fn by_steps(&self, view: &View, parent: u32, child: &[StepKey<'_>]) -> Option<Comparison> {
        let node = |id: u32| view.at::<StepNode>(Section::StepNodes, id);
        let steps = node(parent)?.depth.get() as usize;
        if steps == 0 {
            return None;
        }
        let may_be_filled = || !child.iter().any(|step| step.empty);
        let differs = Comparison { agreement: Agreement::Differs, steps: 0, strict: false };
        let (mut exact, mut text, mut at) = (true, true, parent);
        let Some(own) = child.get(..steps) else { return (!may_be_filled()).then_some(differs) };
        for step in own.iter().rev() {
            let node = node(at)?;
            let times = match (node.created(), step.created) {
                (Some(parent), Some(child)) => parent == child,
                _ => true,
            };
            let same_text = view.text_bytes(node.text) == step.text.as_bytes();
            exact &= times && same_text;
            text &= same_text || view.text(node.text).trim() == step.text.trim();
            if !exact && !text {
                return (!may_be_filled()).then_some(differs);
            }
            at = node.parent.get();
        }
        let found = |agreement| Some(Comparison { agreement, steps, strict: steps < child.len() });
        if exact {
            found(Agreement::Exact)
        } else if may_be_filled() {
            None
        } else {
            found(Agreement::Text)
        }
    }
}

/// Whether any step of an image made no layer.
fn has_empty_entry(view: &View, id: ImageId) -> bool {
    view.steps_back(id).any(|step| step.empty)
}

/// How many steps an image of the index has; 0 when its config was not read.
pub(super) fn step_count(view: &View, id: ImageId) -> u32 {
    let history = view.image_record(id).map_or(NONE, |image| image.history.get());
    view.at::<StepNode>(Section::StepNodes, history).map_or(0, |node| node.depth.get())
}
