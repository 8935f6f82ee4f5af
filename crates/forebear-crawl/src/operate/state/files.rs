//! The folder of states, and writing into it.

use std::path::{Path, PathBuf};

use forebear_image::Timestamp;
use forebear_index::replace;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StateError;
use super::job_state::JobState;
use super::lock::{self, Lock};
use super::owner::Owner;
use super::write::{overwrite, write, write_bytes};
use super::{metrics, reports};
use crate::operate::jobs::JobName;

/// The most bytes of a job's state: its report's hundred warnings, and the rest.
const STATE_CAP: u64 = 16 << 20;
/// The most bytes of what else is kept: a million failures.
const REMEMBERED_CAP: u64 = 512 << 20;

/// Where a data folder keeps what can be read from outside: `state/`,
/// `reports/` and `metrics.prom`.
#[derive(Clone, Debug)]
pub struct StateFolder {
    data: PathBuf,
}

impl StateFolder {
    /// That of a data folder. Nothing is written yet.
    #[must_use]
    pub fn of(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    fn state(&self) -> PathBuf {
        self.data.join("state")
    }

    fn lock_file(&self) -> PathBuf {
        self.state().join("lock")
    }

    fn job_file(&self, job: &JobName) -> PathBuf {
        self.state().join(format!("job-{job}.json"))
    }

    /// Takes the right to work in the data folder. What writers that were killed
    /// left half written, of indexes too, is removed then.
    ///
    /// # Errors
    /// [`StateError::Busy`] when another crawler has it; [`StateError::File`]
    /// when the folder cannot be written.
    pub fn lock(&self, doing: &str, now: Timestamp) -> Result<Lock, StateError> {
        let folder = self.state();
        forebear_files::make_folder(&folder).map_err(|error| StateError::file("create", &folder, error))?;
        let lock = Lock::take(&self.lock_file(), doing, now)?;
        self.clear_left_over();
        Ok(lock)
    }

    /// Removes half-written files. For who has the lock.
    fn clear_left_over(&self) {
        let reports = std::fs::read_dir(self.data.join("reports")).into_iter().flatten();
        let reports = reports.filter_map(|entry| Some(entry.ok()?.path()));
        // Earlier versions wrote their metrics beside what may be somebody else's.
        _ = std::fs::remove_file(self.data.join("metrics.new"));
        replace::clear(&self.data);
        replace::clear(&self.data.join("index"));
        for folder in reports.chain([self.state()]) {
            replace::clear(&folder);
            remove_old_left_over(&folder);
        }
    }

    /// Who works in the data folder now.
    #[must_use]
    pub fn owner(&self) -> Option<Owner> {
        lock::owner(&self.lock_file())
    }

    /// Every job's state, by name. A file that cannot be read is left out: it
    /// is no more than what was last seen.
    ///
    /// # Errors
    /// [`StateError::File`] when the folder cannot be listed. That it does not
    /// exist is no error.
    pub fn jobs(&self) -> Result<Vec<JobState>, StateError> {
        self.jobs_and_unread().map(|(jobs, _)| jobs)
    }

    /// As [`StateFolder::jobs`], and why files were left out.
    ///
    /// # Errors
    /// As there.
    pub fn jobs_and_unread(&self) -> Result<(Vec<JobState>, Vec<StateError>), StateError> {
        let folder = self.state();
        let listed = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
            listed => listed.map_err(|error| StateError::file("list", &folder, error))?,
        };
        let is_job = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with("job-") && name.ends_with(".json")
        };
        let (mut jobs, mut unread): (Vec<JobState>, Vec<StateError>) = (Vec::new(), Vec::new());
        let mut files: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).filter(is_job).collect();
        files.sort();
        for file in files {
            match read(&file, STATE_CAP) {
                Ok(job) => jobs.extend(job),
                Err(error) => unread.push(error),
            }
        }
        jobs.sort_by(|a, b| a.job.cmp(&b.job));
        Ok((jobs, unread))
    }

    /// A job's state, if it has one.
    #[must_use]
    pub fn job(&self, job: &JobName) -> Option<JobState> {
        read(&self.job_file(job), STATE_CAP).ok().flatten()
    }

    /// Writes a job's state.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn write(&self, state: &JobState) -> Result<(), StateError> {
        let file = self.job_file(&state.job);
        match write(&file, state) {
            // Where the run that is over filled the disk, that it is over is news.
            Err(error) if error.is_full() && !state.phase.is_under_way() => {
                let why = state.error.as_ref().map(|_| "no space left on device".to_owned());
                let short = JobState { error: why, report: None, ..state.clone() };
                overwrite(&file, &short).map_err(|_| error)
            }
            written => written,
        }
    }

    /// Forgets where a job stands, and when it ran. Whether anything was known of it.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn forget(&self, job: &JobName) -> Result<bool, StateError> {
        let file = self.job_file(job);
        match std::fs::remove_file(&file) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StateError::file("remove", &file, error)),
        }
    }

    /// Keeps a run's report, beside the newest of those before it.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn keep_report(&self, job: &JobName, at: Timestamp, report: &impl Serialize) -> Result<PathBuf, StateError> {
        reports::keep(&self.data.join("reports").join(job.as_str()), at, report)
    }

    /// Writes the metrics of all jobs, for Prometheus' text file collector.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn write_metrics(&self) -> Result<PathBuf, StateError> {
        let file = self.data.join("metrics.prom");
        let text = metrics::text(&self.jobs()?);
        write_bytes(&file, text.as_bytes())?;
        Ok(file)
    }

    /// Reads something else that is kept beside the states; nothing where that
    /// cannot be read.
    #[must_use]
    pub fn remembered<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.recalled(name).ok().flatten()
    }

    /// As [`StateFolder::remembered`]; `None` only where it is not there.
    ///
    /// # Errors
    /// [`StateError::Unread`], [`StateError::Broken`]
    pub fn recalled<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StateError> {
        read(&self.state().join(name), REMEMBERED_CAP)
    }

    /// Writes something else beside the states.
    ///
    /// # Errors
    /// [`StateError::File`]
    pub fn remember(&self, name: &str, value: &impl Serialize) -> Result<(), StateError> {
        write(&self.state().join(name), value)
    }
}

/// Removes what earlier versions left half written in a folder that is ours alone.
fn remove_old_left_over(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    for file in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if file.extension().is_some_and(|extension| extension == "new") {
            _ = std::fs::remove_file(file);
        }
    }
}

fn read<T: DeserializeOwned>(file: &Path, limit: u64) -> Result<Option<T>, StateError> {
    match forebear_files::read(file, limit) {
        Ok(bytes) => {
            let value = serde_json::from_slice(&bytes);
            value.map(Some).map_err(|source| StateError::Broken { file: file.to_owned(), source })
        }
        Err(error) if error.is_missing() => Ok(None),
        Err(source) => Err(StateError::Unread { file: file.to_owned(), source }),
    }
}
