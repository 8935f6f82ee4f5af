//! Completion scripts: clap's own, with names from the index where an image is
//! asked for. They call `forebear complete WORD`.

use clap::Command;
use clap_complete::Shell;

/// What is put behind clap's script, for each shell that can complete names.
const BASH: &str = include_str!("shell/names.bash");
const FISH: &str = include_str!("shell/names.fish");
const ZSH: &str = include_str!("shell/names.zsh");

/// How clap's zsh script offers files for an argument of which it knows no more.
const ZSH_ANYTHING: &str = ":_default";
/// Our function that offers names, then files.
const ZSH_NAMES: &str = ":_forebear_names";

/// Commands whose arguments are names of images or repositories.
const TAKE_NAMES: [&str; 11] =
    ["parent", "lineage", "layers", "dockerfile", "children", "diff", "check", "verify", "ls", "tags", "history"];

/// The script for a shell.
///
/// # Errors
/// None that is known: it is written to memory.
pub(crate) fn script(shell: Shell, program: &mut Command) -> anyhow::Result<String> {
    let mut script = Vec::new();
    clap_complete::generate(shell, program, "forebear", &mut script);
    let script = String::from_utf8(script)?;
    Ok(match shell {
        Shell::Bash => format!("{script}\n{}", BASH.replace("COMMANDS", &TAKE_NAMES.join("|"))),
        Shell::Fish => format!("{script}\n{}", FISH.replace("COMMANDS", &TAKE_NAMES.join(" "))),
        Shell::Zsh => with_names(&script),
        _ => script,
    })
}

/// zsh decides what may stand where by one table; in the rows of images our
/// function takes the place of the one that offers files.
fn with_names(script: &str) -> String {
    let mut out = String::with_capacity(script.len() + ZSH.len());
    for line in script.lines() {
        let positional = [":images ", ":a ", ":b ", ":glob ", ":repositories ", ":names ", ":IMAGE", ":OTHER"];
        let is_name = positional.iter().any(|name| line.contains(name)) && line.contains(ZSH_ANYTHING);
        out.push_str(&if is_name { line.replace(ZSH_ANYTHING, ZSH_NAMES) } else { line.to_owned() });
        out.push('\n');
        if line.starts_with("autoload -U is-at-least") {
            out.push('\n');
            out.push_str(ZSH);
        }
    }
    out
}
