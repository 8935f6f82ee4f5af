//! What the steps of images say that others are built on, each worked out once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use forebear_image::dockerfile::Line;
use forebear_index::ImageId;

use crate::parsed::Parsed;

/// Lines that are kept at most: those of the images that are asked for first, among which
/// the bases of most are.
const MOST: usize = 200_000;

/// A line, and what it starts, exposes and copies.
pub(crate) struct Said {
    pub(crate) line: Line,
    pub(crate) parsed: Parsed,
}

impl Said {
    pub(crate) fn read(line: Line) -> Arc<Self> {
        let parsed = Parsed::read(&line.instruction, &line.dockerfile);
        Arc::new(Self { line, parsed })
    }
}

/// One image's lines, one for each of its steps.
pub(crate) type Lines = Arc<[Arc<Said>]>;

/// Lines that were worked out.
#[derive(Default)]
pub(crate) struct KeptLines(RwLock<Kept>);

#[derive(Default)]
struct Kept {
    lines: HashMap<ImageId, Lines>,
    count: usize,
}

impl KeptLines {
    pub(crate) fn of(&self, image: ImageId) -> Option<Lines> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).lines.get(&image).cloned()
    }

    /// Keeps them, where there is room. Two threads that come to one image find the same.
    pub(crate) fn keep(&self, image: ImageId, lines: &Lines) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.count + lines.len() <= MOST && kept.lines.insert(image, Arc::clone(lines)).is_none() {
            kept.count += lines.len();
        }
    }
}
