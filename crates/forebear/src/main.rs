//! `forebear`: what is this image built on, and what was added on top?
//!
//! Answers from a published index, and from a registry only when asked to by
//! `docker://`. It never opens the crawler's store.

#![forbid(unsafe_code)]

mod answer;
mod approved;
mod cli;
mod commands;
mod common;
mod contents;
mod exit;
mod locate;
mod output;
mod progress;
mod text;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
