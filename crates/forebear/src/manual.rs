//! Manual pages, a page for each command.

use std::io;
use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Command;
use clap_mangen::Man;

/// The page of a command, or of the program where none is named.
///
/// # Errors
/// When there is no such command.
pub(crate) fn page(program: Command, command: Option<&str>) -> anyhow::Result<String> {
    let program = built(program);
    let about = match command {
        None => &program,
        Some(name) => match program.find_subcommand(name) {
            Some(found) => found,
            None => bail!("there is no command '{name}'; 'forebear --help' lists them"),
        },
    };
    Ok(rendered(about)?)
}

/// Writes every page into a folder: `forebear.1`, `forebear-parent.1`, …
///
/// # Errors
/// When the folder cannot be made or written to.
pub(crate) fn write_all(program: Command, folder: &Path) -> anyhow::Result<()> {
    let program = built(program);
    let written = std::fs::create_dir_all(folder).and_then(|()| write(&program, folder));
    written.with_context(|| format!("the manual pages could not be written to {}", folder.display()))
}

/// The program with all that its commands inherit. A page for `help` would say
/// what every page says.
fn built(program: Command) -> Command {
    let mut program = program.disable_help_subcommand(true);
    program.build();
    program
}

fn write(command: &Command, folder: &Path) -> io::Result<()> {
    for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
        write(inner, folder)?;
    }
    let name = Man::new(command.clone()).get_filename();
    std::fs::write(folder.join(name), rendered(command)?)
}

/// A page, whose examples are shown as they are written.
fn rendered(command: &Command) -> io::Result<String> {
    let mut page = Vec::new();
    let source = concat!("forebear ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).render(&mut page)?;
    let page = String::from_utf8_lossy(&page).into_owned();
    let Some((before, examples)) = page.split_once(".SH EXTRA\nExamples:\n") else { return Ok(page) };
    let (examples, after) = match examples.split_once("\n.SH ") {
        Some((examples, after)) => (examples, format!("\n.SH {after}")),
        None => (examples.trim_end(), "\n".to_owned()),
    };
    Ok(format!("{before}.SH EXAMPLES\n.nf\n{examples}\n.fi{after}"))
}
