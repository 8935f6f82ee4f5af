//! Processes that print to a terminal of a given width: `script` gives them one.

use std::process::Command;

use crate::{Ran, run};

/// Runs `command` on a terminal of `columns` columns. What it prints, to either stream, is in `stdout`; its
/// lines end as those of a pipe.
#[must_use]
pub fn on_terminal(command: &Command, columns: usize) -> Ran {
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"));
    let words: Vec<String> = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted).collect();
    let line = format!("stty rows 24 cols {columns}; exec {}", words.join(" "));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => script.env(name, value),
            None => script.env_remove(name),
        };
    }
    script.env("TERM", "xterm-256color").env("SHELL", "/bin/sh");
    let ran = run(&mut script, "");
    Ran { stdout: ran.stdout.replace("\r\n", "\n"), ..ran }
}
