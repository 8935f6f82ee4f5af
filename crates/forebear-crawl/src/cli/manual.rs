//! Manual pages and completions.

use clap::Command;
use forebear_print::print;

use super::exit::Exit;

/// The completion script of a shell.
pub(super) fn completions(shell: clap_complete::Shell, mut program: Command) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program, "forebear-crawl", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// The manual page of the program, or of a command of it.
pub(super) fn page(path: &[String], program: Command) -> anyhow::Result<Exit> {
    print(&forebear_print::manual::page(program, path)?)?;
    Ok(Exit::Done)
}
