//! Command line: parse, run, print, exit code.

mod exit;
mod failures;
mod progress;
mod publish;
mod run;
mod schedule;
mod signals;
mod status;
mod summary;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use forebear_index::location::DataFolder;

use exit::Exit;

/// Crawls container registries politely, and publishes an index of what every
/// image is built on.
#[derive(Debug, Parser)]
#[command(name = "forebear-crawl", version, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct Common {
    /// Folder of store and index [default: the XDG data folder's forebear/]
    #[arg(long, global = true, env = "FOREBEAR_DATA", value_name = "DIR")]
    data: Option<PathBuf>,

    /// How to print the result
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Print errors only
    #[arg(long, global = true)]
    quiet: bool,

    /// Memory for the store's cache, in MiB
    #[arg(long, global = true, default_value_t = 256, value_name = "MIB")]
    cache: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Crawl a registry, or what job files say, then publish the index
    Run(Box<run::RunArguments>),
    /// Run the jobs of a folder when they are due, until a signal
    Schedule(schedule::ScheduleArguments),
    /// Say where every job stands; also while a crawl runs
    Status,
    /// Publish the index of everything stored
    Publish,
    /// List what could not be fetched
    Failures,
}

/// Parses the command line and does what it says.
pub(crate) fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("FOREBEAR_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(if arguments.common.quiet { "error" } else { "warn" }));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).without_time().init();
    let result = match &arguments.command {
        Command::Run(run) => run::run(run, &arguments.common),
        Command::Schedule(schedule) => schedule::run(schedule, &arguments.common),
        Command::Status => status::run(&arguments.common),
        Command::Publish => publish::run(&arguments.common),
        Command::Failures => failures::run(&arguments.common),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&error);
            Exit::Error.into()
        }
    }
}

/// An error in one line, with what to do about it in another.
fn complain(error: &anyhow::Error) {
    let mut stderr = std::io::stderr().lock();
    for line in format!("{error:#}").lines() {
        _ = writeln!(stderr, "error: {}", forebear_image::escape::for_terminal(line, false));
    }
    if let Some(hint) = error.downcast_ref::<forebear_crawl::CrawlError>().and_then(forebear_crawl::CrawlError::hint) {
        _ = writeln!(stderr, "hint: {hint}");
    }
}

/// The data folder that the arguments mean.
fn data(common: &Common) -> anyhow::Result<DataFolder> {
    let found = DataFolder::locate(common.data.as_deref());
    found.ok_or_else(|| anyhow::anyhow!("there is no home folder to keep data in; say where with --data DIR"))
}

/// Opens the store, for reading and writing.
fn open_store(common: &Common) -> anyhow::Result<forebear_store::sled::SledStore> {
    Ok(forebear_store::sled::SledStore::open(&data(common)?.store(), common.cache << 20)?)
}

/// Says a line on stderr.
fn say(line: &str) {
    _ = writeln!(std::io::stderr().lock(), "{}", forebear_image::escape::for_terminal(line, false));
}

/// Says what of a job may not be what was meant.
fn remark(job: &forebear_crawl::jobs::Job, remark: &str) {
    let file = job.file.as_deref().map_or_else(|| job.name.to_string(), |file| file.display().to_string());
    say(&format!("note: {file}, {remark}"));
}

/// Prints a line of data to stdout. A reader that went away is no error.
fn print(line: &str) {
    _ = writeln!(std::io::stdout().lock(), "{line}");
}
