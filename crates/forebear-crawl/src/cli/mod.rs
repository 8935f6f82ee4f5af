//! Command line: parse, run, print, exit code.

mod bar;
mod common;
mod dry_run;
mod examples;
mod exit;
mod failures;
mod flags;
mod machine;
mod manual;
mod progress;
mod publish;
mod run;
mod schedule;
mod signals;
mod status;
mod store;
mod summary;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use common::{Common, complain, say_all};
use exit::Exit;

/// Crawls container registries politely, and publishes an index of what every
/// image is built on.
#[derive(Debug, Parser)]
#[command(name = "forebear-crawl", version, max_term_width = 100, after_help = examples::ALL)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Crawl a registry, or what job files say, then publish the index
    #[command(after_help = examples::RUN)]
    Run(Box<run::RunArguments>),
    /// Run the jobs of a folder when they are due, until a signal
    #[command(after_help = examples::SCHEDULE)]
    Schedule(schedule::ScheduleArguments),
    /// Check job files, and send nothing
    #[command(after_help = examples::VALIDATE)]
    Validate(validate::ValidateArguments),
    /// Say where jobs stand; also while a crawl runs
    #[command(after_help = examples::STATUS)]
    Status(status::StatusArguments),
    /// Publish the index of everything stored
    ///
    /// A run does so at its end; this is for a store that was restored, or an index that
    /// was deleted. Queries that run meanwhile keep the file they opened.
    #[command(after_help = examples::PUBLISH)]
    Publish,
    /// List what could not be fetched, why, and when it is tried again
    #[command(after_help = examples::FAILURES)]
    Failures,
    /// Check the store, or mend it
    #[command(subcommand, after_help = examples::STORE)]
    Store(store::StoreCommand),
    /// Print a completion script for a shell
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of the program, or of one of its commands
    #[command(after_help = examples::MAN)]
    Man {
        /// The command that the page is about [default: forebear-crawl itself]
        command: Vec<String>,
    },
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
        Ok(arguments) => Arguments { common: arguments.common.settled(), ..arguments },
        Err(usage) => return told(&usage),
    };
    forebear_print::logs::begin(arguments.common.verbose, arguments.common.quiet);
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
    let is_small = matches!(
        command,
        Command::Status(_) | Command::Validate(_) | Command::Completions { .. } | Command::Man { .. }
    );
    if !is_small {
        machine::check()?;
    }
    match command {
        Command::Run(run) => run::run(run, common),
        Command::Schedule(schedule) => schedule::run(schedule, common),
        Command::Validate(jobs) => validate::run(jobs, common),
        Command::Status(status) => status::run(status, common),
        Command::Publish => publish::run(common),
        Command::Failures => failures::run(common),
        Command::Store(command) => store::run(*command, common),
        Command::Completions { shell } => manual::completions(*shell, Arguments::command()),
        Command::Man { command } => manual::page(command, Arguments::command()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_can_be_parsed() {
        let parsed = forebear_testkit::command_line::examples(Arguments::command());
        assert!(parsed > 20, "{parsed}");
    }
}
