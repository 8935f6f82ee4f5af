//! Lists of repositories in a file: one a line, `#` begins a comment.

use std::path::Path;

use super::capped::read_capped;
use super::error::{JobError, Problem};

/// Reads the names. `check` says why a name is none.
pub(super) fn read(path: &Path, check: impl Fn(&str) -> Result<(), String>) -> Result<Vec<String>, JobError> {
    let text = read_capped(path).map_err(|why| JobError::whole(path, why))?;
    let (mut names, mut problems) = (Vec::new(), Vec::new());
    let mut begins = 0;
    for line in text.split_inclusive('\n') {
        let content = line.split('#').next().unwrap_or_default();
        let name = content.trim();
        if !name.is_empty() {
            let at = begins + (content.len() - content.trim_start().len());
            match check(name) {
                Ok(()) => names.push(name.to_owned()),
                Err(why) => problems.push(Problem::at(&text, Some(&(at..at + name.len())), why)),
            }
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
