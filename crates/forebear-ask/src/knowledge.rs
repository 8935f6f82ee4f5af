//! What answers are made from: an index, or none.

use std::path::Path;

use forebear_facts::rows::MemorySource;
use forebear_index::build::build;
use forebear_index::{Bytes, Index, View};

use crate::error::AskError;

/// The index that is asked. Without one, an image that is at hand is still
/// told about: its layers, its steps, its Dockerfile; not what it is built on.
#[derive(Clone, Debug)]
pub struct Knowledge {
    view: View,
    is_there: bool,
}

impl Knowledge {
    /// What an index says.
    #[must_use]
    pub fn of(view: View) -> Self {
        Self { view, is_there: true }
    }

    /// Nothing. Everything is asked of an index without images, so that no
    /// answer has a second way of being made.
    ///
    /// # Errors
    /// [`AskError::Index`], which an empty index does not give.
    pub fn none() -> Result<Self, AskError> {
        let bytes = build(&MemorySource::default())?;
        let index = Index::from_bytes(Bytes::Memory(bytes), Path::new(""))?;
        Ok(Self { view: index.view(), is_there: false })
    }

    /// Whether there is an index.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// What is asked; empty where there is no index.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// The index, for a question that only an index answers.
    pub(crate) fn needed(&self) -> Result<&View, AskError> {
        if self.is_there { Ok(&self.view) } else { Err(AskError::NoIndex) }
    }
}
