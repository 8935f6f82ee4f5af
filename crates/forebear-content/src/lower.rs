//! What lies below a layer, as far as a bounded memory tells.
//!
//! To say whether an entry adds or modifies, one has to know whether its path
//! exists below. Kept is not a tree but two marks per path hash: the layer
//! that wrote it last, and the layer that last emptied it (a whiteout, an
//! opaque directory, a file put over a directory). A path exists if nothing
//! at or above it was emptied after it was written.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use serde::Serialize;

use crate::entry::{Entry, Kind};

/// The most paths that are remembered: about 200 MB. Beyond, all entries are
/// [`Change::Written`].
pub const MAX_PATHS: usize = 4_000_000;

/// What an entry does to the layers below it (image-spec `layer.md`, "Change
/// Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// Nothing was there.
    Added,
    /// Something was there.
    Modified,
    /// A whiteout.
    Removed,
    /// Added or modified: a layer below could not be read, or there are more
    /// than [`MAX_PATHS`] paths.
    Written,
    /// It would write outside of the image; engines refuse it.
    Outside,
}

/// Marks on one path.
#[derive(Clone, Copy, Debug, Default)]
struct Marks {
    /// 1 + the layer that wrote it last; 0 for none.
    written: u32,
    /// 1 + the layer that last emptied it.
    emptied: u32,
    directory: bool,
    /// Whether that layer found nothing here.
    added: bool,
}

/// The layers below the one that is read.
#[derive(Debug)]
pub struct Lower {
    /// Keyed, so that nobody can choose paths that collide.
    keys: RandomState,
    marks: HashMap<u64, Marks>,
    /// 1 + the layer being read.
    layer: u32,
    complete: bool,
    most: usize,
}

impl Default for Lower {
    fn default() -> Self {
        Self::with_capacity_for(MAX_PATHS)
    }
}

impl Lower {
    /// With another bound than [`MAX_PATHS`].
    #[must_use]
    pub fn with_capacity_for(most: usize) -> Self {
        Self { keys: RandomState::new(), marks: HashMap::new(), layer: 0, complete: true, most }
    }

    /// The next layer begins.
    pub fn begin_layer(&mut self) {
        self.layer += 1;
    }

    /// A layer could not be read: what it added or deleted is not known.
    pub fn lost(&mut self) {
        self.complete = false;
    }

    /// What an entry of the present layer does; it is remembered.
    pub fn note(&mut self, entry: &Entry) -> Change {
        if entry.outside {
            return Change::Outside;
        }
        let path = entry.path.trim_end_matches('/');
        if matches!(entry.kind, Kind::Whiteout | Kind::OpaqueWhiteout) {
            // It hides what lies below, not what its own layer holds.
            let whole = entry.kind == Kind::Whiteout;
            self.mark(path, |marks, layer| {
                marks.emptied = layer;
                if whole && marks.written != layer {
                    marks.written = 0;
                }
            });
            return Change::Removed;
        }
        let below = self.exists_below(path);
        self.write(path, entry.kind == Kind::Directory, !below);
        self.write_parents(path);
        match below {
            _ if !self.complete => Change::Written,
            true => Change::Modified,
            false => Change::Added,
        }
    }

    /// Whether a path was there before this layer began.
    fn exists_below(&self, path: &str) -> bool {
        let Some(own) = self.marks.get(&self.key(path)) else { return false };
        if own.written == self.layer {
            // Twice in one layer: the second replaces the first.
            return !own.added;
        }
        let emptied_since = |above: &str| self.marks.get(&self.key(above)).is_some_and(|m| m.emptied > own.written);
        own.written != 0 && !parents(path).any(emptied_since)
    }

    fn write(&mut self, path: &str, directory: bool, added: bool) {
        self.mark(path, |marks, layer| {
            // What a directory held goes with it.
            if marks.directory && !directory {
                marks.emptied = layer;
            }
            (marks.written, marks.directory, marks.added) = (layer, directory, added);
        });
    }

    /// Some builders leave out the directories that a path runs through.
    fn write_parents(&mut self, path: &str) {
        for parent in parents(path) {
            let known = self.marks.get(&self.key(parent)).is_some_and(|marks| marks.written == self.layer);
            if known || self.exists_below(parent) {
                break;
            }
            self.write(parent, true, true);
        }
    }

    fn mark(&mut self, path: &str, change: impl FnOnce(&mut Marks, u32)) {
        let key = self.key(path);
        if self.marks.len() >= self.most && !self.marks.contains_key(&key) {
            self.complete = false;
            return;
        }
        change(self.marks.entry(key).or_default(), self.layer);
    }

    fn key(&self, path: &str) -> u64 {
        self.keys.hash_one(path)
    }
}

/// The directories that a path runs through, the nearest first, the root last.
fn parents(path: &str) -> impl Iterator<Item = &str> {
    let above = path.rmatch_indices('/').map(|(at, _)| path.get(..at).unwrap_or_default());
    above.chain((path != ".").then_some("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Added, Modified, Outside, Removed, Written};

    fn entry(path: &str, kind: Kind) -> Entry {
        let outside = path.starts_with("..");
        Entry { path: path.to_owned(), kind, size: 0, mode: 0, uid: 0, gid: 0, link: None, outside }
    }

    /// Layers as words: `a/b` a file, `a/` a directory, `-a` a whiteout,
    /// `-a/` an opaque directory.
    #[track_caller]
    fn check(lower: &mut Lower, layer: &[(&str, Change)]) {
        lower.begin_layer();
        for (word, expected) in layer {
            let (path, kind) = match word.strip_prefix('-') {
                Some(path) if path.ends_with('/') => (path, Kind::OpaqueWhiteout),
                Some(path) => (path, Kind::Whiteout),
                None if word.ends_with('/') => (*word, Kind::Directory),
                None => (*word, Kind::File),
            };
            assert_eq!(lower.note(&entry(path, kind)), *expected, "{word} in layer {}", lower.layer);
        }
    }

    #[test]
    fn adds_changes_and_deletes() {
        let mut lower = Lower::default();
        check(&mut lower, &[("./", Added), ("etc/", Added), ("etc/passwd", Added), ("usr/bin/x", Added)]);
        check(&mut lower, &[("./", Modified), ("etc/", Modified), ("etc/passwd", Modified), ("etc/new", Added)]);
        check(&mut lower, &[("-etc/passwd", Removed), ("usr/bin/", Modified)]);
        check(&mut lower, &[("etc/passwd", Added), ("etc/passwd", Added), ("../x", Outside)]);
    }

    #[test]
    fn a_deleted_directory_takes_everything_along() {
        let mut lower = Lower::default();
        check(&mut lower, &[("a/b/c", Added), ("a/d", Added)]);
        check(&mut lower, &[("-a", Removed), ("a/", Added), ("a/d", Added)]);
        check(&mut lower, &[("a/d", Modified), ("a/b/", Added), ("a/b/c", Added)]);
    }

    #[test]
    fn an_opaque_directory_empties_what_lies_below_only() {
        let mut lower = Lower::default();
        check(&mut lower, &[("a/b", Added), ("a/c", Added), ("x", Added)]);
        check(&mut lower, &[("a/", Modified), ("-a/", Removed), ("a/b", Added)]);
        check(&mut lower, &[("a/b", Modified), ("a/c", Added), ("-./", Removed), ("x", Added)]);
        check(&mut lower, &[("a/", Added), ("x", Modified)]);
    }

    #[test]
    fn a_file_over_a_directory() {
        let mut lower = Lower::default();
        check(&mut lower, &[("a/b", Added)]);
        check(&mut lower, &[("a", Modified)]);
        check(&mut lower, &[("a/", Modified), ("a/b", Added)]);
    }

    #[test]
    fn a_whiteout_spares_its_own_layer() {
        let mut lower = Lower::default();
        check(&mut lower, &[("a", Added)]);
        check(&mut lower, &[("a", Modified), ("-a", Removed)]);
        check(&mut lower, &[("a", Modified)]);
    }

    #[test]
    fn what_is_not_known_is_not_claimed() {
        let mut lower = Lower::with_capacity_for(3);
        check(&mut lower, &[("a", Added), ("b", Added), ("c", Written), ("a", Written)]);
        let mut lower = Lower::default();
        check(&mut lower, &[("a", Added)]);
        lower.begin_layer();
        lower.lost();
        check(&mut lower, &[("a", Written), ("b", Written), ("-a", Removed)]);
    }
}
