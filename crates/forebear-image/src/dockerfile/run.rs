//! RUN.

use super::draft::Draft;
use super::line::Fidelity;
use super::shape::{Arguments, Command};
use super::state::State;
use super::{fold, heredoc, refused, words};

const BOUNDARIES: &str = "exec form: where one argument ends and the next begins was not recorded";
const CONTROL: &str = "control characters, written as JSON escapes";

/// RUN, with the build arguments recorded before it.
pub(super) fn instruction(arguments: &Arguments<'_>, command: Command<'_>, state: &State<'_>) -> Draft {
    let draft = match command {
        Command::Shell { text, buildkit } => by_shell(text, buildkit, &state.shell()),
        Command::Source(text) => by_source(text, &state.shell()),
        Command::OtherShell { shell, text } => {
            let list = shell.split(' ').chain([text]);
            let line = format!("RUN {}", words::json_array(list));
            if text.contains(char::is_whitespace) {
                Draft::partial(line, "not the shell in force, so exec form: its last argument may have been several")
            } else {
                Draft::exact(line)
            }
        }
        Command::Exec(text) => {
            let list: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
            let line = format!("RUN {}", words::json_array(&list));
            if list.len() > 1 { Draft::partial(line, BOUNDARIES) } else { Draft::exact(line) }
        }
    };
    with_arguments(draft, arguments, state)
}

fn with_arguments(draft: Draft, arguments: &Arguments<'_>, state: &State<'_>) -> Draft {
    let mut undeclared = Vec::new();
    let mut given = Vec::new();
    for argument in &arguments.pairs {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        match state.declared.get(name) {
            None => undeclared.push(*argument),
            Some(default) => {
                let unset = (!arguments.by_buildah).then_some("");
                let Some(default) = default.as_deref().or(unset) else {
                    given.push(shell_quoted(argument));
                    continue;
                };
                // A default in the Dockerfile's own text may hold variables.
                if default != value && !default.contains(['$', '"', '\'', '\\']) {
                    given.push(shell_quoted(argument));
                }
            }
        }
    }
    let mut draft = draft;
    if !given.is_empty() {
        draft = draft.with_note(&format!("built with --build-arg {}", given.join(" --build-arg ")));
    }
    if !undeclared.is_empty() {
        let note = format!("build arguments without a recorded declaration: {}", undeclared.join(", "));
        draft = draft.at_best(Fidelity::Partial, &note);
    }
    if !arguments.certain {
        draft = draft.at_best(Fidelity::Partial, "where one build argument ends and the next begins was not recorded");
    }
    draft
}

/// An argument as a shell reads it, for the note can be pasted.
fn shell_quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+,=-".contains(c);
    if argument.chars().all(plain) { argument.to_owned() } else { format!("'{}'", argument.replace('\'', r"'\''")) }
}

/// A command as the shell in force got it.
fn by_shell(text: &str, buildkit: bool, shell: &[String]) -> Draft {
    if let Some(name) = text.trim().strip_prefix("/dev/pipes/")
        && !name.contains(char::is_whitespace)
    {
        // BuildKit runs a heredoc with an interpreter line as a file.
        let note = "heredoc: the script was not recorded (trivy#9340)";
        return Draft::partial("RUN <<EOF\n# the script was not recorded\nEOF".to_owned(), note).with_heredoc();
    }
    let draft = match text.contains('\n') {
        false => one_line(text, false),
        // A script's last line is ended, by BuildKit too; what is not came
        // from a list, as does all of it before heredocs.
        true if buildkit && (text.ends_with('\n') || has_heredocs(text)) => many_lines(text),
        true => None,
    };
    let draft = draft.unwrap_or_else(|| as_list(text, shell));
    if text.contains("/run/secrets/") {
        return draft.at_best(Fidelity::Partial, "reads /run/secrets: its --mount was not recorded");
    }
    if ["SSH_AUTH_SOCK", "git@", "git+ssh://", "ssh://"].iter().any(|sign| text.contains(sign)) {
        return draft.at_best(Fidelity::Partial, "may need --mount=type=ssh, which is not recorded");
    }
    draft
}

/// A command as the Dockerfile had it.
fn by_source(text: &str, shell: &[String]) -> Draft {
    let text = without_checksum(text.trim_end_matches('\n'));
    if heredoc::is_complete(text) && printable(text) {
        return Draft::exact(format!("RUN {text}")).with_heredoc();
    }
    if let Some(opening) = heredoc::unclosed(text)
        && printable(text)
    {
        return Draft::exact(format!("RUN {text}\n{}", opening.name)).with_heredoc();
    }
    let draft = if text.contains('\n') { many_lines(text) } else { one_line(text, true) };
    let note = "the command cannot be written as it was, so in exec form";
    draft.unwrap_or_else(|| as_list(text, shell).at_best(Fidelity::Partial, note))
}

/// One line that Docker reads back as the same command.
fn one_line(text: &str, own: bool) -> Option<Draft> {
    let trimmed = text.trim();
    let safe = !trimmed.is_empty()
        && words::is_one_line(text)
        && !trimmed.ends_with('\\')
        && !(if own { heredoc::is_opened(text) } else { heredoc::is_suspected(text) })
        && !(if own { refused::is_other_list(trimmed) } else { refused::begins_with_list(trimmed) })
        && (own || !trimmed.starts_with("--"))
        && (fold::fits(text) || fold::fold(text).is_some());
    // buildah keeps the space around the text that it was given.
    safe.then(|| Draft::exact(format!("RUN {}", if own { text } else { trimmed })))
}

fn many_lines(text: &str) -> Option<Draft> {
    if !printable(text) {
        return None;
    }
    if has_heredocs(text) && !text.starts_with("<<") {
        return Some(Draft::exact(format!("RUN {text}")).with_heredoc());
    }
    heredoc::run(text).map(|text| Draft::exact(text).with_heredoc())
}

/// A command with all its heredocs: behind a list Docker reads none.
fn has_heredocs(text: &str) -> bool {
    heredoc::is_complete(text) && !refused::begins_with_list(text)
}

/// Line breaks, but nothing else that cannot stand in a heredoc.
fn printable(text: &str) -> bool {
    text.split('\n').all(|line| words::is_one_line(line) && fold::fits(line))
}

/// The same arguments as a list: it can say everything, and BuildKit records
/// it in the same words.
fn as_list(text: &str, shell: &[String]) -> Draft {
    let list = shell.iter().map(String::as_str).chain([text]);
    let draft = Draft::exact(format!("RUN {}", words::json_array(list)));
    let control = text.chars().any(|c| words::is_control(c) && c != '\n');
    if control { draft.at_best(Fidelity::Partial, CONTROL) } else { draft }
}

/// buildah puts checksums of mounted sources behind the command.
fn without_checksum(text: &str) -> &str {
    if !text.starts_with("--mount") {
        return text;
    }
    match text.rsplit_once(':') {
        Some((before, sum)) if sum.len() == 64 && sum.chars().all(|c| c.is_ascii_hexdigit()) => before,
        _ => text,
    }
}
