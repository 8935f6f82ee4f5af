//! The jobs of a folder.

use std::path::{Path, PathBuf};

use crate::operate::jobs::{Job, JobError};
use crate::operate::state::StateError;

/// Reads every `*.toml` of a folder, in the order of their names.
///
/// # Errors
/// [`StateError::File`] when the folder cannot be listed. Files that are no
/// job come back one by one, with two that have one name among them.
pub fn read(folder: &Path) -> Result<(Vec<Job>, Vec<JobError>), StateError> {
    let list = |error| StateError::file("list", folder, error);
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(list)? {
        let path = entry.map_err(list)?.path();
        // `.#name.toml` is an editor's.
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(read_all(&files))
}

/// Reads job files; two of one name are a mistake.
#[must_use]
pub fn read_all(files: &[PathBuf]) -> (Vec<Job>, Vec<JobError>) {
    let (mut jobs, mut errors): (Vec<Job>, Vec<JobError>) = (Vec::new(), Vec::new());
    for file in files {
        match Job::read(file) {
            Err(error) => errors.push(error),
            Ok(job) => match jobs.iter().find(|other| other.name == job.name) {
                Some(other) => {
                    let elsewhere = other.file.as_deref().unwrap_or(Path::new("?")).display();
                    errors.push(JobError::whole(file, format!("the name '{}' is taken by {elsewhere}", job.name)));
                }
                None => jobs.push(job),
            },
        }
    }
    (jobs, errors)
}
