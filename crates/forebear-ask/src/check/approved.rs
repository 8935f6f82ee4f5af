//! The file of approved bases: what images are judged by.
//!
//! One entry a line; `#` begins a comment. An entry is a glob over references
//! (`docker.io/library/alpine:3.*`, short for it `alpine:3.*`; without a tag
//! it means every tag), or the digest of a manifest, an index or a config. That
//! an image is built on nothing is its own word, so there is no entry for it.

use std::path::{Path, PathBuf};

use forebear_image::Digest;

use crate::glob_text::in_full;

use super::finder::Finder;

/// The most bytes of a file of approved bases.
const CAP: u64 = 32 << 20;
/// The most entries.
const MOST: usize = 1_000_000;
/// The most bytes of an entry: more than any reference has.
const LONGEST: usize = 1_024;

/// The approved bases.
#[derive(Clone, Debug)]
pub struct Approved {
    pub(super) entries: Vec<Entry>,
    finder: Finder,
}

/// Why a list of approved bases cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ApprovedError {
    /// It cannot be read.
    #[error("{}", file.display())]
    Io {
        /// Which file.
        file: PathBuf,
        /// Why not.
        source: forebear_files::Unread,
    },
    /// More entries than are read.
    #[error("{}: more than {MOST} entries", .0.display())]
    TooMany(PathBuf),
    /// An entry that is none.
    #[error("{}:{line}:{column}: {why}", file.display())]
    Entry {
        /// In which file.
        file: PathBuf,
        /// On which line, from 1.
        line: usize,
        /// At which character, from 1.
        column: usize,
        /// What is wrong with it.
        why: String,
    },
    /// No entry at all.
    #[error("{}: no entry; one is a glob (docker.io/library/alpine:3.*), or a digest", .0.display())]
    Empty(PathBuf),
}

/// An approved base.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// As it was written.
    pub(super) text: String,
    /// Where: from 1.
    pub(super) line: usize,
}

/// What an entry means.
enum Meaning {
    References(String),
    Digest(Digest),
}

impl Approved {
    /// Reads a file of approved bases.
    ///
    /// # Errors
    /// [`ApprovedError`] with line and column, when an entry is none; when
    /// there is none at all.
    pub fn read(file: &Path) -> Result<Self, ApprovedError> {
        let text = forebear_files::read_text(file, CAP);
        let text = text.map_err(|source| ApprovedError::Io { file: file.to_owned(), source })?;
        Self::parse(&text, file)
    }

    /// Parses approved bases, an entry a line; `file` is for errors.
    ///
    /// # Errors
    /// As [`Approved::read`].
    pub fn parse(text: &str, file: &Path) -> Result<Self, ApprovedError> {
        let (mut entries, mut finder) = (Vec::new(), Finder::default());
        for (at, line) in text.lines().enumerate() {
            let content = line.split('#').next().unwrap_or_default();
            let entry = content.trim();
            if entry.is_empty() {
                continue;
            }
            let begins = content.len() - content.trim_start().len();
            let added = parse(entry).and_then(|means| match means {
                Meaning::Digest(digest) => {
                    finder.add_digest(digest, entries.len());
                    Ok(())
                }
                Meaning::References(glob) => {
                    let odd = entry.find(['[', ']', '{', '}']).unwrap_or(0);
                    finder.add_glob(&glob, entries.len()).map_err(|why| (odd, why))
                }
            });
            added.map_err(|(column, why)| {
                let column = content.get(..begins + column).unwrap_or(content).chars().count() + 1;
                ApprovedError::Entry { file: file.to_owned(), line: at + 1, column, why }
            })?;
            entries.push(Entry { text: entry.to_owned(), line: at + 1 });
            if entries.len() > MOST {
                return Err(ApprovedError::TooMany(file.to_owned()));
            }
        }
        if entries.is_empty() { Err(ApprovedError::Empty(file.to_owned())) } else { Ok(Self { entries, finder }) }
    }

    /// Where the entries stand that mean a reference, in order.
    pub(super) fn of_reference(&self, reference: &str) -> Vec<usize> {
        self.finder.of_reference(reference)
    }

    /// Where the entries stand that mean a digest.
    pub(super) fn of_digest(&self, digest: &Digest) -> &[usize] {
        self.finder.of_digest(digest)
    }
}

/// The byte where an entry goes wrong, and why.
type Wrong = (usize, String);

fn parse(entry: &str) -> Result<Meaning, Wrong> {
    if entry.len() > LONGEST {
        return Err((0, format!("longer than the {LONGEST} bytes that any reference has")));
    }
    if let Some(at) = entry.find(char::is_whitespace) {
        return Err((at, "one entry a line; what comes after it begins with #".to_owned()));
    }
    if entry == "scratch" {
        return Err((0, "scratch cannot be approved: it is every image's own word; name the images".to_owned()));
    }
    if entry.starts_with("sha256:") || entry.starts_with("sha512:") {
        return entry.parse().map(Meaning::Digest).map_err(|error| (0, format!("{error}")));
    }
    if let Some((_, digest)) = entry.split_once('@') {
        let at = entry.len() - digest.len();
        return digest.parse().map(Meaning::Digest).map_err(|error| (at, format!("{error}")));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-/:*?[]{},!".contains(c);
    if let Some(at) = entry.find(|c| !allowed(c)) {
        let wrong = entry.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        return Err((at, format!("'{}' is in no reference", wrong.escape_debug())));
    }
    Ok(Meaning::References(in_full(entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        #[track_caller]
        fn check(entry: &str, reference: &str, expected: bool) {
            let approved = Approved::parse(entry, Path::new("approved")).unwrap();
            assert_eq!(!approved.of_reference(reference).is_empty(), expected, "{entry} and {reference}");
        }
        check("alpine", "docker.io/library/alpine:3.19", true);
        check("alpine", "docker.io/library/alpine-extra:1", false);
        check("alpine:3.*", "docker.io/library/alpine:3.19", true);
        check("alpine:3.*", "docker.io/library/alpine:edge", false);
        check("docker.io/library/*:*", "docker.io/library/alpine:3", true);
        check("docker.io/*", "docker.io/library/alpine:3", false);
        check("docker.io/**", "docker.io/library/alpine:3", true);
        check("acme/*", "docker.io/acme/base:1", true);
        check("acme/*", "ghcr.io/acme/base:1", false);
        check("*/acme/base", "ghcr.io/acme/base:1", true);
        check("127.0.0.1:5000/base", "127.0.0.1:5000/base:1", true);
        check("{alpine,debian}:*", "docker.io/library/debian:12", true);
        check("ghcr.io/acme/base:1", "ghcr.io/acme/base:1", true);
        check("ghcr.io/acme/base:1", "ghcr.io/acme/base:12", false);
    }

    #[test]
    fn typos_have_a_place() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), text).unwrap();
            let error = Approved::read(file.path()).unwrap_err().to_string();
            let error = error.strip_prefix(&file.path().display().to_string()).unwrap();
            assert!(error.starts_with(expected), "{error}");
        }
        check("alpine\n  debian:12 # fine\n  deb ian\n", ":3:6: one entry a line");
        check("# none\n", ": no entry");
        check("scratch\n", ":1:1: scratch cannot be approved");
        check("alpine:[3\n", ":1:8: unclosed character class");
        check("alpine\nsha256:12\n", ":2:1: 'sha256:12' is not a digest");
        check("repo@sha256:12\n", ":1:6: 'sha256:12'");
        check("caf\u{e9}\n", ":1:4: '\u{e9}' is in no reference");
    }
}
