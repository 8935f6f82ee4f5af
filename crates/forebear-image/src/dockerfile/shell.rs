//! Shells: telling them from the command they run.

/// Docker's own, on Linux.
pub(super) const LINUX: &[&str] = &["/bin/sh", "-c"];
/// Docker's own, on Windows.
pub(super) const WINDOWS: &[&str] = &["cmd", "/S", "/C"];

const NAMES: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "ksh", "mksh", "busybox"];

/// More options than any shell is given.
const MOST_OPTIONS: usize = 32;

/// Splits a shell with its options from the command behind them:
/// `/bin/bash -o pipefail -c` and `set -e; foo`.
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let first = text.split(' ').next()?;
    let base = first.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    let base = base.strip_suffix(".exe").unwrap_or(&base).to_owned();
    let ends: fn(&str) -> bool = match base.as_str() {
        "cmd" => |option| option.eq_ignore_ascii_case("/c"),
        "powershell" | "pwsh" => |option| option.eq_ignore_ascii_case("-command") || option == "-c",
        name if NAMES.contains(&name) => |option| option.starts_with('-') && option.ends_with('c'),
        _ => return None,
    };
    let mut position = first.len();
    let mut operand = false;
    for option in text.get(position..)?.strip_prefix(' ')?.split(' ').take(MOST_OPTIONS) {
        position += 1 + option.len();
        if !operand && ends(option) {
            // What follows is the command, after exactly one space.
            let (shell, rest) = text.split_at_checked(position)?;
            return Some((shell, rest.strip_prefix(' ').unwrap_or(rest)));
        }
        let is_option = option.starts_with('-') || (base == "cmd" && option.starts_with('/'));
        if !operand && !is_option {
            return None;
        }
        // `-o pipefail`: an option's operand.
        operand = !operand && matches!(option, "-o" | "+o" | "-O" | "-eo" | "-euo" | "-exo" | "-euxo");
    }
    None
}

/// Removes a shell and the space behind it from a command.
pub(super) fn strip<'a>(text: &'a str, shell: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(shell)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
}

/// Whether this text before `#(nop)` is a shell and not the start of a
/// command that mentions `#(nop)`.
pub(super) fn is_shell(text: &str) -> bool {
    if let Some((_, rest)) = split(text) {
        // PowerShell's preamble belongs to the shell: `…= 'Stop';`.
        return rest.is_empty() || (rest.ends_with(';') && text.starts_with(['p', 'P']));
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shells_and_commands() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&str, &str)>) {
            assert_eq!(split(text), expected, "{text}");
        }
        check("/bin/sh -c apt-get  update", Some(("/bin/sh -c", "apt-get  update")));
        check("/bin/bash -o pipefail -c set -e; foo", Some(("/bin/bash -o pipefail -c", "set -e; foo")));
        check("/bin/sh -ec echo b", Some(("/bin/sh -ec", "echo b")));
        check("cmd /S /C dir C:\\", Some(("cmd /S /C", "dir C:\\")));
        check("powershell -Command $x", Some(("powershell -Command", "$x")));
        check("/bin/sh", None);
        check("/bin/sh script.sh -c", None);
        check("make -c", None);
        check("bash -o errexit -o pipefail -c x", Some(("bash -o errexit -o pipefail -c", "x")));
    }
}
