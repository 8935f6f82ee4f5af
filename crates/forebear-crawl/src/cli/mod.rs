//! Command line: parse, run, print, exit code.

mod bar;
mod common;
mod dry_run;
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

const EXAMPLES: &str = "\
Examples:
  forebear-crawl run --registry 127.0.0.1:5000
  forebear-crawl run jobs/docker-hub-official.toml
  forebear-crawl status --watch

Environment:
  FOREBEAR_DATA        the data folder, as --data
  HTTPS_PROXY          the proxy for registries that are not on this machine; also
                       HTTP_PROXY, ALL_PROXY and, for those without, NO_PROXY
  REGISTRY_AUTH_FILE   logins, before those of podman and Docker";

/// Crawls container registries politely, and publishes an index of what every
/// image is built on.
#[derive(Debug, Parser)]
#[command(name = "forebear-crawl", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Crawl a registry, or what job files say, then publish the index
    #[command(after_help = run::EXAMPLES)]
    Run(Box<run::RunArguments>),
    /// Run the jobs of a folder when they are due, until a signal
    #[command(after_help = "Example:\n  forebear-crawl schedule /etc/forebear/jobs --data /var/lib/forebear")]
    Schedule(schedule::ScheduleArguments),
    /// Check job files, and send nothing
    #[command(after_help = "Example:\n  forebear-crawl validate jobs/*.toml")]
    Validate(validate::ValidateArguments),
    /// Say where jobs stand; also while a crawl runs
    #[command(after_help = status::EXAMPLES)]
    Status(status::StatusArguments),
    /// Publish the index of everything stored
    Publish,
    /// List what could not be fetched
    Failures,
    /// Check the store, or mend it
    #[command(subcommand)]
    Store(store::StoreCommand),
    /// Completion script for a shell
    #[command(
        after_help = "Example:\n  forebear-crawl completions bash > ~/.local/share/bash-completion/completions/forebear-crawl"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Manual page of the program, or of one of its commands
    #[command(
        after_help = "Examples:\n  forebear-crawl man | man -l -\n  forebear-crawl man run > forebear-crawl-run.1"
    )]
    Man {
        /// The command
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
