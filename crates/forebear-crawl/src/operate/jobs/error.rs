//! What is wrong with a job file, and where.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use forebear_image::escape::for_terminal;

/// A job file that cannot be used: every reason, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct JobError {
    problems: Vec<Problem>,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// Where it was read; filled in by [`JobError::new`].
    file: PathBuf,
    /// Line and column, both from 1, columns in characters; `None` for the
    /// file as a whole.
    at: Option<(usize, usize)>,
    /// Why, in a sentence.
    why: String,
}

impl JobError {
    /// The file as a whole.
    pub(crate) fn whole(file: &Path, why: impl Into<String>) -> Self {
        Self { problems: vec![Problem { file: file.to_owned(), at: None, why: why.into() }] }
    }

    pub(super) fn new(file: &Path, mut problems: Vec<Problem>) -> Self {
        problems.iter_mut().for_each(|problem| file.clone_into(&mut problem.file));
        problems.sort_by_key(|problem| problem.at);
        Self { problems }
    }

    /// Several files' errors in one; `None` for no files.
    #[must_use]
    pub fn all(errors: Vec<Self>) -> Option<Self> {
        let problems: Vec<Problem> = errors.into_iter().flat_map(|error| error.problems).collect();
        (!problems.is_empty()).then_some(Self { problems })
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, Problem { file, at, why }) in self.problems.iter().enumerate() {
            let file = file.display().to_string();
            let (newline, file) = (if number > 0 { "\n" } else { "" }, for_terminal(&file, false));
            let why = for_terminal(why, false);
            match at {
                Some((line, column)) => write!(f, "{newline}{file}:{line}:{column}: {why}")?,
                None => write!(f, "{newline}{file}: {why}")?,
            }
        }
        Ok(())
    }
}

impl Problem {
    /// At these bytes of the file's text.
    pub(super) fn at(text: &str, span: Option<&Range<usize>>, why: impl Into<String>) -> Self {
        let at = span.map(|span| place(text, span.start));
        Self { file: PathBuf::new(), at, why: why.into() }
    }
}

/// Line and column of a byte, both from 1.
pub(super) fn place(text: &str, byte: usize) -> (usize, usize) {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before.get(begins..).unwrap_or_default().chars().count() + 1)
}
