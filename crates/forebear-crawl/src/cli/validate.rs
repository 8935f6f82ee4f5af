//! `forebear-crawl validate`.

use std::path::{Path, PathBuf};

use forebear_crawl::operate::RunError;
use forebear_crawl::operate::jobs::{Job, JobError, JobName};
use forebear_crawl::operate::schedule::read_all;
use forebear_image::RegistryName;
use forebear_image::human::plural;
use forebear_print::json;
use serde::Serialize;

use super::common::{Common, Format, Lines, print, remark};
use super::exit::Exit;

/// Which jobs.
#[derive(Debug, clap::Args)]
pub(super) struct ValidateArguments {
    /// Job files
    #[arg(value_name = "JOB.toml", required = true)]
    jobs: Vec<PathBuf>,
}

/// Reads job files as a run does, and says what they are.
pub(super) fn run(arguments: &ValidateArguments, common: &Common) -> anyhow::Result<Exit> {
    let (jobs, errors) = read_all(&arguments.jobs);
    if let Some(errors) = JobError::all(errors) {
        return Err(RunError::from(errors).into());
    }
    if !common.quiet {
        jobs.iter().for_each(|job| job.remarks.iter().for_each(|text| remark(job, text)));
    }
    match common.format {
        Format::Json => {
            let told: Vec<_> = jobs.iter().map(ValidJob::from).collect();
            print(&json::document(&told)?)?;
        }
        Format::Text if common.quiet => {}
        Format::Text => {
            let mut lines = Lines::default();
            jobs.iter().for_each(|job| lines.add(&line(job)));
            lines.print()?;
        }
    }
    Ok(Exit::Done)
}

fn line(job: &Job) -> String {
    let patterns = &job.select.repositories;
    let what = match patterns.as_slice() {
        [] => "all repositories".to_owned(),
        [one] => format!("'{one}'"),
        many => plural(many.len() as u64, "name") + " or globs",
    };
    let when = job.schedule.as_ref().map_or_else(|| "only when asked for".to_owned(), |schedule| format!("{schedule}"));
    format!("{}: valid; {what} of {}, {when}", job.name, job.registry.host)
}

/// A job file that is valid.
#[derive(Debug, Serialize)]
struct ValidJob<'a> {
    /// Name of the job.
    job: &'a JobName,
    /// Its file.
    file: Option<&'a Path>,
    /// The registry, as it is written there.
    registry: &'a RegistryName,
    /// Names or globs of repositories; none means all.
    repositories: &'a [String],
    /// When it is due, as written; null where it runs only when asked for.
    schedule: Option<String>,
    /// What may not be what was meant, a sentence each.
    remarks: &'a [String],
}

impl<'a> From<&'a Job> for ValidJob<'a> {
    fn from(job: &'a Job) -> Self {
        Self {
            job: &job.name,
            file: job.file.as_deref(),
            registry: &job.registry.host,
            repositories: &job.select.repositories,
            schedule: job.schedule.as_ref().map(ToString::to_string),
            remarks: &job.remarks,
        }
    }
}
