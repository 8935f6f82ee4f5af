//! Which of many entries mean a reference or a digest: looked up, not tried one
//! after the other, whose compiled globs would take kilobytes each.

use std::collections::HashMap;
use std::sync::OnceLock;

use forebear_image::Digest;
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Where an entry stands among all.
type At = usize;

/// Globs that may begin with the same text. All of them are tried with what begins
/// so.
const MOST_ALIKE: usize = 10_000;
/// Globs in one automaton, whose size is bounded.
const TOGETHER: usize = 200;

/// What a glob can hold that is no plain text.
pub(super) const META: [char; 6] = ['*', '?', '[', ']', '{', '}'];

/// Entries by what they mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Finder {
    digests: HashMap<Digest, Vec<At>>,
    /// By a whole reference.
    references: HashMap<Box<str>, Vec<At>>,
    /// By a repository, every tag of it.
    repositories: HashMap<Box<str>, Vec<At>>,
    /// By the text that a glob begins with.
    globs: HashMap<Box<str>, Alike>,
}

/// Globs that begin with the same text.
#[derive(Clone, Debug, Default)]
struct Alike {
    globs: Vec<(At, Box<str>)>,
    /// The same, compiled when the first reference begins so.
    sets: OnceLock<Vec<GlobSet>>,
}

impl Finder {
    /// Adds an entry that is a digest.
    pub(super) fn add_digest(&mut self, digest: Digest, at: At) {
        self.digests.entry(digest).or_default().push(at);
    }

    /// Adds an entry that is a glob over references.
    ///
    /// # Errors
    /// Why it is none, or one too many, in a sentence.
    pub(super) fn add_glob(&mut self, glob: &str, at: At) -> Result<(), String> {
        let Some(meta) = glob.find(META) else {
            self.references.entry(glob.into()).or_default().push(at);
            return Ok(());
        };
        if let Some(repository) = glob.strip_suffix(":*").filter(|repository| !repository.contains(META)) {
            self.repositories.entry(repository.into()).or_default().push(at);
            return Ok(());
        }
        _ = read(glob).map_err(|error| error.kind().to_string())?;
        let begins = glob.get(..meta).unwrap_or_default();
        let alike = self.globs.entry(begins.into()).or_default();
        if alike.globs.len() == MOST_ALIKE {
            return Err(format!("more than {MOST_ALIKE} globs begin with '{begins}'; say the same with fewer"));
        }
        alike.globs.push((at, glob.into()));
        Ok(())
    }

    /// The entries that mean a digest.
    pub(super) fn of_digest(&self, digest: &Digest) -> &[At] {
        self.digests.get(digest).map(Vec::as_slice).unwrap_or_default()
    }

    /// The entries that mean a reference, in order.
    pub(super) fn of_reference(&self, reference: &str) -> Vec<At> {
        let mut found: Vec<At> = self.references.get(reference).into_iter().flatten().copied().collect();
        if let Some((repository, _)) = reference.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
            found.extend(self.repositories.get(repository).into_iter().flatten());
        }
        let ends = reference.char_indices().map(|(at, _)| at).chain([reference.len()]);
        for alike in ends.filter_map(|end| self.globs.get(reference.get(..end)?)) {
            alike.find(reference, &mut found);
        }
        found.sort_unstable();
        found
    }
}

impl Alike {
    fn find(&self, reference: &str, found: &mut Vec<At>) {
        let sets = self.sets.get_or_init(|| self.globs.chunks(TOGETHER).map(compiled).collect());
        for (set, globs) in sets.iter().zip(self.globs.chunks(TOGETHER)) {
            found.extend(set.matches(reference).into_iter().filter_map(|at| globs.get(at)).map(|(at, _)| *at));
        }
    }
}

fn compiled(globs: &[(At, Box<str>)]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs.iter().filter_map(|(_, glob)| read(glob).ok()) {
        builder.add(glob);
    }
    // Lengths and numbers are bounded, so that none is too large to be compiled; one
    // that were means nothing, and approves nothing.
    builder.build().unwrap_or_default()
}

fn read(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_in_order() {
        let mut finder = Finder::default();
        let globs = ["r/a*:1", "r/alpine:*", "r/alpine:1", "*/alpine:1", "r/{alpine,b}:?", "r/alpine:2", "r/alpine:1"];
        for (at, glob) in globs.iter().enumerate() {
            finder.add_glob(glob, at).unwrap();
        }
        assert_eq!(finder.of_reference("r/alpine:1"), [0, 1, 2, 3, 4, 6]);
        assert_eq!(finder.of_reference("r/alpine:22"), [1]);
        assert_eq!(finder.of_reference("r/alpine"), [0; 0]);
        assert_eq!(finder.add_glob("r/[a:1", 7), Err("unclosed character class; missing ']'".to_owned()));
    }

    #[test]
    fn no_more_begin_alike_than_can_be_tried() {
        let mut finder = Finder::default();
        for at in 0..MOST_ALIKE {
            finder.add_glob(&format!("r/a*{at}:1"), at).unwrap();
        }
        let one_more = finder.add_glob("r/a*:1", 0).unwrap_err();
        assert_eq!(one_more, "more than 10000 globs begin with 'r/a'; say the same with fewer");
        finder.add_glob("r/b*:1", 0).unwrap();
        assert_eq!(finder.of_reference("r/a-x-9999:1"), [9, 99, 999, 9999]);
    }
}
