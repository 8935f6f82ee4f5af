//! Command line: parse, run, print, exit code.

mod common;
mod exit;
mod failures;
mod logs;
mod machine;
mod progress;
mod publish;
mod run;
mod schedule;
mod signals;
mod status;
mod store;
mod summary;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use common::{Common, complain, say_all};
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
    /// Check the store, or mend it
    #[command(subcommand)]
    Store(store::StoreCommand),
}

/// Parses the command line and does what it says.
pub(crate) fn main() -> ExitCode {
    match machine::with_stack(|| Ok(parse_and_do())) {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            Exit::Error.into()
        }
    }
}

fn parse_and_do() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => return told(&usage),
    };
    logs::begin(arguments.common.quiet);
    match carry_out(&arguments) {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&error);
            Exit::Error.into()
        }
    }
}

fn carry_out(arguments: &Arguments) -> anyhow::Result<Exit> {
    let Arguments { command, common } = arguments;
    machine::check_clock()?;
    // To say where jobs stand takes a few files only.
    if !matches!(command, Command::Status) {
        machine::check()?;
    }
    match command {
        Command::Run(run) => run::run(run, common),
        Command::Schedule(schedule) => schedule::run(schedule, common),
        Command::Status => status::run(common),
        Command::Publish => publish::run(common),
        Command::Failures => failures::run(common),
        Command::Store(command) => store::run(*command, common),
    }
}

/// Prints what is not a command: help and version, or what is wrong with the
/// arguments, which may hold anything.
fn told(usage: &clap::Error) -> ExitCode {
    let text = usage.render();
    if usage.use_stderr() {
        say_all(&text.to_string());
        return Exit::Error.into();
    }
    let coloured = forebear_print::is_coloured(&std::io::stdout());
    match forebear_print::print(&if coloured { text.ansi().to_string() } else { text.to_string() }) {
        Ok(_) => Exit::Done.into(),
        Err(error) => {
            complain(&error.into());
            Exit::Error.into()
        }
    }
}
