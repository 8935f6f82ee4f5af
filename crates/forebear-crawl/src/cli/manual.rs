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
pub(super) fn page(path: &[String], mut program: Command) -> anyhow::Result<Exit> {
    // Gives every command its full name and the options that all have.
    program.build();
    let mut command = &program;
    for name in path {
        let found = command.find_subcommand(name);
        command = found.ok_or_else(|| anyhow::anyhow!("there is no command '{}'", path.join(" ")))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
