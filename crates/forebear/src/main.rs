//! `forebear`: what is this image built on, and what was added on top?
//!
//! Answers from a published index, and from a registry only when asked to by
//! `docker://`. It never opens the crawler's store.

#![forbid(unsafe_code)]

mod bars;
mod cli;
mod commands;
mod examples;
mod exit;
mod export;
mod fit;
mod format;
mod many;
mod output;
mod render;
mod sbom;
mod session;
mod shell;
mod view;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
