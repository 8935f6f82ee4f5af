//! What a page of an image is made of.

use forebear_ask::estate::{ImageSummary, UserAnswer};
use forebear_ask::{ChildrenAnswer, DockerfileAnswer, HistoryAnswer, LayersAnswer, LineageAnswer, ParentAnswer};

/// What is known of an image.
pub struct ImageAnswers<'a> {
    /// The image in short.
    pub summary: &'a ImageSummary,
    /// What it is built on.
    pub parent: &'a ParentAnswer,
    /// And that, and so on.
    pub lineage: &'a LineageAnswer,
    /// Its layers.
    pub layers: &'a LayersAnswer,
    /// Its steps.
    pub dockerfile: &'a DockerfileAnswer,
    /// All that are built on it.
    pub children: &'a ChildrenAnswer,
    /// What each of its names led to; the name that is shown comes first.
    pub histories: &'a [HistoryAnswer],
    /// How many stand on its parent.
    pub siblings: usize,
    /// Who builds on the parent's repository.
    pub users: &'a [UserAnswer],
}
