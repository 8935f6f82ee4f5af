//! Lists of repositories in a file: one a line, `#` begins a comment.

use std::path::Path;

use super::error::{JobError, Problem};

/// The most bytes of a list: a million names.
const CAP: u64 = 64 << 20;
/// Lines of a list that are told to be none, one by one.
const TOLD: usize = 100;

/// Why a line of a list is no name. It is not repeated: a job may name a file that
/// whoever wrote the job is not to read, `/etc/shadow` for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoName {
    /// It breaks the grammar.
    Grammar,
    /// It is not below the prefix that is taken off.
    NotBelow,
}

impl NoName {
    fn why(self) -> &'static str {
        match self {
            Self::Grammar => "this is no name of a repository",
            Self::NotBelow => "this is not below strip_prefix",
        }
    }
}

/// Reads the names. `check` says why a name is none.
pub(super) fn read(path: &Path, check: impl Fn(&str) -> Result<(), NoName>) -> Result<Vec<String>, JobError> {
    let text = forebear_files::read_text(path, CAP).map_err(|why| JobError::whole(path, why.to_string()))?;
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let content = line.split('#').next().unwrap_or_default();
        let name = content.trim();
        if !name.is_empty() {
            let at = begins + (content.len() - content.trim_start().len());
            match check(name) {
                Ok(()) => names.push(name.to_owned()),
                Err(why) => problems.push(Problem::at(&text, Some(&(at..at + name.len())), why.why())),
            }
        }
        if problems.len() == TOLD {
            problems.push(Problem::at(&text, Some(&(begins..begins)), "and more such lines; is this a list of names?"));
            break;
        }
        begins += line.len();
    }
    if !problems.is_empty() {
        return Err(JobError::new(path, problems));
    }
    if names.is_empty() {
        return Err(JobError::whole(path, "it names no repository; write one a line"));
    }
    Ok(names)
}
