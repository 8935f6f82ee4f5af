//! The steps of an image's history: nodes of the history trie, with the image's
//! own word on which of them made layers.

use crate::format::records::{Image, StepMark, StepNode};
use crate::format::{NONE, Section};
use crate::ids::ImageId;
use crate::view::View;

/// One step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepView<'a> {
    pub(crate) node: &'a StepNode,
    /// Whether it made no layer, as the image has it.
    pub(crate) empty: bool,
}

/// An image's steps, last first. None for one whose config was not read.
#[derive(Debug)]
pub(crate) struct StepsBack<'a> {
    view: &'a View,
    at: u32,
    /// Where the image marks steps differently, in order.
    marks: &'a [StepMark],
}

impl<'a> Iterator for StepsBack<'a> {
    type Item = StepView<'a>;

    fn next(&mut self) -> Option<StepView<'a>> {
        let node = self.view.at::<StepNode>(Section::StepNodes, self.at)?;
        // A parent always has a smaller id; the root has none.
        if node.parent.get() >= self.at {
            return None;
        }
        self.at = node.parent.get();
        let differs = match self.marks.split_last() {
            Some((last, rest)) if last.position.get() == node.depth.get().wrapping_sub(1) => {
                self.marks = rest;
                true
            }
            _ => false,
        };
        Some(StepView { node, empty: node.is_empty() != differs })
    }
}

impl Image {
    /// Whether its history marks steps differently than the trie's node.
    pub(crate) fn has_own_marks(&self) -> bool {
        self.flags.get() & Self::MARKED_STEP != 0
    }
}

impl View {
    /// The steps of an image, last first.
    pub(crate) fn steps_back(&self, id: ImageId) -> StepsBack<'_> {
        let record = self.image_record(id);
        let marks = if record.is_some_and(Image::has_own_marks) { self.marks_of(id) } else { &[] };
        StepsBack { view: self, at: record.map_or(NONE, |image| image.history.get()), marks }
    }

    fn marks_of(&self, id: ImageId) -> &[StepMark] {
        let all = self.table::<StepMark>(Section::StepMarks);
        let from = all.partition_point(|mark| mark.image.get() < id.0);
        let rest = all.get(from..).unwrap_or_default();
        rest.get(..rest.partition_point(|mark| mark.image.get() == id.0)).unwrap_or_default()
    }
}
