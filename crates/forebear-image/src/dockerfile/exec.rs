//! CMD and ENTRYPOINT.

use super::draft::Draft;
use super::shape::Writer;
use super::state::State;
use super::{go, words};

const WORDS: &str = "which words were one argument was not recorded";

/// CMD.
pub(super) fn cmd(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let last = state.is_last("CMD");
    let settled = state.image.and_then(|image| image.cmd.clone()).filter(|_| last);
    let (list, draft) = read("CMD", body, writer, settled, &state.shell());
    state.config.cmd = Some(list).filter(|list| !list.is_empty());
    state.cmd_set = true;
    draft
}

/// ENTRYPOINT, which silently resets an inherited CMD.
/// Source: buildkit `dockerfile2llb/convert.go`, `dispatchEntrypoint`.
pub(super) fn entrypoint(body: &str, writer: Writer, state: &mut State<'_>) -> Draft {
    let last = state.is_last("ENTRYPOINT");
    let settled = state.image.and_then(|image| image.entrypoint.clone()).filter(|_| last);
    let (list, draft) = read("ENTRYPOINT", body, writer, settled, &state.shell());
    state.config.entrypoint = Some(list).filter(|list| !list.is_empty());
    if !state.cmd_set {
        state.config.cmd = None;
    }
    draft
}

fn read(
    keyword: &str,
    body: &str,
    writer: Writer,
    settled: Option<Vec<String>>,
    shell: &[String],
) -> (Vec<String>, Draft) {
    let body = body.trim();
    // Docker before 1.11 printed the structure around the list, too.
    let bare = body.strip_prefix("&{").and_then(|b| b.strip_suffix('}')).unwrap_or(body).trim();
    if let Some(list) = go::list(bare) {
        let text = write(keyword, &list, shell);
        return (list, Draft::exact(text));
    }
    if let Some(inner) = bare.strip_prefix('[').and_then(|b| b.strip_suffix(']'))
        && writer != Writer::Source
    {
        // Words without quotes.
        if let Some(list) = settled
            && list.join(" ") == inner
        {
            let text = write(keyword, &list, shell);
            return (list, Draft::recovered(text));
        }
        let list: Vec<String> = inner.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let text = write(keyword, &list, shell);
        return (list, Draft::partial(text, WORDS));
    }
    // The Dockerfile's own shell form.
    let list: Vec<String> = shell.iter().cloned().chain([body.to_owned()]).collect();
    let text = write(keyword, &list, shell);
    (list, Draft::exact(text))
}

/// The shell form where it says the same, for it is what people write.
pub(super) fn write(keyword: &str, list: &[String], shell: &[String]) -> String {
    if let Some((command, before)) = list.split_last()
        && before == shell
        && !shell.is_empty()
        && is_shell_form(command)
        // Here that would be read as a flag.
        && !command.starts_with("--")
    {
        return format!("{keyword} {command}");
    }
    format!("{keyword} {}", words::json_array(list))
}

/// Whether Docker would read the text back as a shell's command, unchanged.
pub(super) fn is_shell_form(command: &str) -> bool {
    !command.is_empty()
        && command.trim() == command
        && !command.starts_with('[')
        && !command.ends_with('\\')
        && words::is_one_line(command)
        && !words::has_lost_bytes(command)
        && super::fold::fold(command).is_some()
}
