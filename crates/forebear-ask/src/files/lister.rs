//! Reading layers from the bottom up, file by file.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use forebear_content::{Entry, Files, Lower, StatedLayer, Sums, Tree};

use crate::contents::Contents;
use crate::progress::{Followed, Progress};

use super::answer::{ContentsAnswer, FileAnswer};

/// Reads layers from the bottom up. Blocks.
pub(crate) struct Lister {
    contents: Contents,
    tree: Tree,
    progress: Arc<dyn Progress>,
    lower: Mutex<Lower>,
    failed: AtomicBool,
}

/// Why a layer was not listed to its end.
struct Unlisted {
    why: String,
    missing: bool,
}

impl Lister {
    pub(crate) fn new(contents: Contents, tree: Tree, progress: Arc<dyn Progress>) -> Self {
        Self { contents, tree, progress, lower: Mutex::default(), failed: AtomicBool::new(false) }
    }

    /// How many layers there are.
    pub(crate) fn layers(&self) -> usize {
        self.tree.layers.len()
    }

    /// Whether a layer could not be read to its end.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    fn lower(&self) -> MutexGuard<'_, Lower> {
        self.lower.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a layer, giving each of its files to `each`. What is wrong with
    /// the layer stands in the result; an error is `each`'s own.
    pub(crate) fn list<E>(
        &self,
        at: usize,
        mut each: impl FnMut(&FileAnswer<'_>) -> Result<(), E>,
    ) -> Result<ContentsAnswer, E> {
        let mut found = ContentsAnswer::default();
        self.lower().begin_layer();
        let Some(layer) = self.tree.layers.get(at) else { return Ok(found) };
        let read = self.read(at, layer, |entry| {
            let change = self.lower().note(entry);
            found.count(change, entry.size);
            each(&FileAnswer::of(entry, change))
        })?;
        match read {
            Ok(sums) => {
                let expected = &layer.expected;
                let blob = expected.blob.map(|blob| blob.0 == sums.blob);
                let diff_id = || Some(expected.diff_id? == sums.diff_id?);
                found.intact = blob.or_else(diff_id);
                (found.compression, found.unpacked) = (Some(sums.compression), Some(sums.unpacked));
                if found.intact == Some(false) {
                    found.error = Some("its bytes are not those that its digest names".to_owned());
                }
            }
            Err(Unlisted { why, missing }) => (found.error, found.missing) = (Some(why), missing),
        }
        if found.error.is_some() {
            self.lower().lost();
            self.failed.store(true, Ordering::Relaxed);
        }
        Ok(found)
    }

    /// The outer error is `each`'s, the inner a sentence about the layer.
    fn read<E>(
        &self,
        at: usize,
        layer: &StatedLayer,
        mut each: impl FnMut(&Entry) -> Result<(), E>,
    ) -> Result<Result<Sums, Unlisted>, E> {
        let broken = |why: String| Ok(Err(Unlisted { why, missing: false }));
        if matches!(self.contents, Contents::Live(_)) && layer.is_foreign() {
            return broken("it may not be distributed, so a registry need not have it".to_owned());
        }
        let opened = match self.contents.layer(layer) {
            Ok(Some(opened)) => opened,
            Ok(None) => return Ok(Err(Unlisted { why: "it is not there".to_owned(), missing: true })),
            Err(error) => return broken(error.told()),
        };
        let name = format!("layer {} of {}", at + 1, self.tree.layers.len());
        let stream = Followed::new(&*self.progress, opened.stream, opened.size, &name);
        let mut files = match Files::new(stream, &layer.expected) {
            Ok(files) => files,
            Err(error) => return broken(error.to_string()),
        };
        for entry in files.by_ref() {
            match entry {
                Ok(entry) => each(&entry)?,
                Err(error) => return broken(error.to_string()),
            }
        }
        files.finish().map_or_else(|error| broken(error.to_string()), |sums| Ok(Ok(sums)))
    }
}
