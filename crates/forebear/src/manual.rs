//! Manual pages, a page for each command.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Command;
use clap_mangen::Man;

/// The page of a command, or of the program where none is named.
///
/// # Errors
/// When there is no such command.
pub(crate) fn page(program: Command, command: Option<&str>) -> anyhow::Result<String> {
    // A page for it would say what every page says.
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let about = match command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(found) => found.clone(),
            None => bail!("there is no command '{name}'; 'forebear --help' lists them"),
        },
    };
    let mut page = Vec::new();
    Man::new(about).render(&mut page)?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// Writes every page into a folder: `forebear.1`, `forebear-parent.1`, …
///
/// # Errors
/// When the folder cannot be made or written to.
pub(crate) fn write_all(program: Command, folder: &Path) -> anyhow::Result<()> {
    let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(program, folder));
    written.with_context(|| format!("the manual pages could not be written to {}", folder.display()))
}
