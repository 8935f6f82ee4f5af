//! `forebear-crawl schedule`.

use std::path::PathBuf;
use std::sync::Arc;

use forebear_crawl::NoProgress;
use forebear_crawl::clock::wall_clock;
use forebear_crawl::operate::RunError;
use forebear_crawl::operate::job_runner::{JobRunner, Outcome};
use forebear_crawl::operate::jobs::{Job, JobError};
use forebear_crawl::operate::schedule::{self, ScheduleObserver};
use forebear_crawl::operate::state::StateFolder;
use forebear_image::Timestamp;
use forebear_image::chain::chain;
use forebear_print::json;
use forebear_store::Store;

use super::common::{Common, Format, complain, data, open_store, print, remark, say};
use super::exit::Exit;
use super::run::UNWRITTEN;
use super::{signals, summary};

/// Which jobs.
#[derive(Debug, clap::Args)]
pub(super) struct ScheduleArguments {
    /// Folder of job files; those with a schedule are run
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs jobs when they are due, until a signal.
pub(super) fn run(arguments: &ScheduleArguments, common: &Common) -> anyhow::Result<Exit> {
    let data = data(common)?;
    if !arguments.folder.is_dir() {
        anyhow::bail!("no such folder: {}", arguments.folder.display());
    }
    let doing = format!("schedule {}", arguments.folder.display());
    let _lock = StateFolder::of(data.path()).lock(&doing, wall_clock())?;
    // A mistake in a job file is told before the store is touched.
    let (_, errors) = schedule::read(&arguments.folder)?;
    if let Some(errors) = JobError::all(errors) {
        return Err(RunError::from(errors).into());
    }
    let store: Arc<dyn Store> = Arc::new(open_store(common)?);
    let runner = JobRunner::new(store, &data);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (interrupted, unwritten) = runtime.block_on(async {
        let stop = signals::listen()?;
        let mut told = Log { format: common.format, quiet: common.quiet, waits: None, unwritten: false };
        let interrupted = schedule::run(&arguments.folder, &runner, stop, &NoProgress, &mut told).await?;
        anyhow::Ok((interrupted, told.unwritten))
    })?;
    // An index that is still being built is left where it is.
    runtime.shutdown_background();
    // Stopped between two runs there is nothing to resume.
    Ok(match (interrupted, unwritten) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Error,
        (false, false) => Exit::Done,
    })
}

/// Reports on stdout as runs end; all else, on stderr.
struct Log {
    format: Format,
    quiet: bool,
    /// What was said last, so that it is said once.
    waits: Option<(String, Timestamp)>,
    /// Whether a report could not be printed. Jobs are run all the same.
    unwritten: bool,
}

impl Log {
    fn print(&mut self, text: &str) {
        if let Err(error) = print(text) {
            self.unwritten = true;
            complain(&error.into());
        }
    }
}

impl ScheduleObserver for Log {
    fn waits(&mut self, next: Option<(&Job, Timestamp)>) {
        let next = next.map(|(job, time)| (job.name.to_string(), time));
        if self.quiet || next == self.waits {
            return;
        }
        if let Some((job, time)) = &next {
            say(&format!("next: {job} at {time}"));
        }
        self.waits = next;
    }

    fn begins(&mut self, job: &Job) {
        if !self.quiet {
            job.remarks.iter().for_each(|text| remark(job, text));
            say(&format!("{}: begins", job.name));
        }
        self.waits = None;
    }

    fn ended(&mut self, job: &Job, outcome: &Result<Outcome, RunError>) {
        match outcome {
            Err(error) => say(&format!("error: {}: {}", job.name, chain(error))),
            Ok(outcome) => {
                for unwritten in &outcome.unwritten {
                    say(&format!("error: {}: {unwritten}; {UNWRITTEN}", job.name));
                }
                if let Some(reason) = &outcome.error {
                    say(&format!("error: {}: nothing could be crawled: {reason}", job.name));
                }
                match self.format {
                    // One line for each run: JSON Lines.
                    Format::Json => match json::line(&summary::json(job.name.as_str(), outcome)) {
                        Ok(line) => self.print(&line),
                        Err(error) => complain(&error.into()),
                    },
                    Format::Text if self.quiet => {}
                    Format::Text => self.print(&format!("{}:\n{}", job.name, summary::all(outcome).join("\n"))),
                }
            }
        }
    }

    fn refused(&mut self, error: &RunError) {
        complain(&anyhow::anyhow!("{}", chain(error)));
        say("job files changed and can't be used; those read before stay in force");
    }
}
