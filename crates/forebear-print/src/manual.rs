//! Manual pages, a page for each command.

use std::io;
use std::path::Path;

use clap::Command;
use clap_mangen::Man;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ManualError {
    /// The program has no such command.
    #[error("there is no command '{command}'; '{program} --help' lists them")]
    NoCommand {
        /// Which program.
        program: String,
        /// What was asked for.
        command: String,
    },
    /// It could not be made.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The page of a command, by the names that lead to it, or of the program where none
/// is named.
///
/// # Errors
/// [`ManualError::NoCommand`] when there is no such command.
pub fn page(program: Command, path: &[impl AsRef<str>]) -> Result<String, ManualError> {
    let program = built(program);
    let mut about = &program;
    for name in path {
        about = about.find_subcommand(name.as_ref()).ok_or_else(|| ManualError::NoCommand {
            program: program.get_name().to_owned(),
            command: path.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" "),
        })?;
    }
    Ok(rendered(about)?)
}

/// Writes every page into a folder: `forebear.1`, `forebear-parent.1`, …
///
/// # Errors
/// The file system's, when the folder cannot be made or written to.
pub fn write_all(program: Command, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    write(&built(program), folder)
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
