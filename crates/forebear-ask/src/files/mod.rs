//! What each layer adds, modifies and removes.
//!
//! Layers are read as they come and files given out as they are read, so that
//! neither a layer's size nor its number of files matters.

mod answer;
mod brought;
mod lister;

use std::sync::Arc;

use crate::contents::Contents;
use crate::dockerfile::{self, DockerfileAnswer};
use crate::error::AskError;
use crate::knowledge::Knowledge;
use crate::layers::{self, LayersAnswer};
use crate::locate;
use crate::note::Note;
use crate::options::AskOptions;
use crate::progress::Progress;
use crate::target::Target;

pub use answer::{ContentsAnswer, FileAnswer};

use lister::Lister;

/// An image's layers, whose files can be listed.
pub struct LayerFiles {
    /// The layers.
    pub answer: LayersAnswer,
    /// What there is to say about how the image was found.
    pub notes: Vec<Note>,
    lister: Lister,
}

impl LayerFiles {
    /// Reads the layer at a position (0 is the lowest), giving each of its
    /// files to `each`. Layers are read from the bottom up: what is modified is
    /// known by those below. What is wrong with the layer stands in the result.
    ///
    /// Blocks: call it on a thread that may, such as those of
    /// [`tokio::task::spawn_blocking`].
    ///
    /// # Errors
    /// `each`'s own.
    pub fn list<E>(&self, at: usize, each: impl FnMut(&FileAnswer<'_>) -> Result<(), E>) -> Result<ContentsAnswer, E> {
        self.lister.list(at, each)
    }

    /// Whether a layer that was listed could not be read to its end.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.lister.has_failed()
    }
}

/// Locates an image and prepares to read its layers.
pub(crate) async fn open(
    knowledge: &Knowledge,
    options: &AskOptions,
    target: &Target,
    progress: Arc<dyn Progress>,
) -> Result<LayerFiles, AskError> {
    let contents = Contents::open(options, target).await?;
    let located = locate::opened(knowledge, options, &contents, target).await?;
    let tree = contents.layers_of(options, &located.image)?;
    let answer = layers::find(knowledge.view(), &located);
    let lister = Lister::new(contents, tree, progress);
    if lister.layers() != answer.layers.len() {
        return Err(AskError::Changed(target.to_string()));
    }
    Ok(LayerFiles { answer, notes: located.notes, lister })
}

/// A Dockerfile that says which files each COPY and ADD brought.
pub(crate) async fn dockerfile(
    knowledge: &Knowledge,
    options: &AskOptions,
    target: &Target,
    progress: Arc<dyn Progress>,
) -> Result<(DockerfileAnswer, Vec<Note>), AskError> {
    let contents = Contents::open(options, target).await?;
    let located = locate::opened(knowledge, options, &contents, target).await?;
    let (knowledge, options) = (knowledge.clone(), options.clone());
    tokio::task::spawn_blocking(move || {
        let tree = contents.layers_of(&options, &located.image)?;
        let lister = Lister::new(contents, tree, progress);
        let answer = dockerfile::find(&knowledge, &located, |lines| brought::note_files(&lister, lines));
        Ok((answer, located.notes))
    })
    .await?
}
