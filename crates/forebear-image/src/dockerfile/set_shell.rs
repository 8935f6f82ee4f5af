//! `SHELL`.

use super::draft::Draft;
use super::shell::split;
use super::state::State;
use super::{go, words};

/// `SHELL [/bin/bash -o pipefail -c]`: Docker writes the words without quotes.
pub(super) fn instruction(body: &str, state: &mut State<'_>) -> Draft {
    let body = body.trim();
    if let Some(list) = go::list(body) {
        return finish(list, state, Draft::exact);
    }
    let joined = body.strip_prefix('[').and_then(|b| b.strip_suffix(']')).unwrap_or(body);
    let settled = state.image.and_then(|image| image.shell.clone()).filter(|shell| shell.join(" ") == joined);
    if let Some(shell) = settled {
        let plain = is_plain(joined);
        return finish(shell, state, if plain { Draft::exact } else { Draft::recovered });
    }
    if is_plain(joined) {
        return finish(split_plain(joined), state, Draft::exact);
    }
    // PowerShell and cmd: one argument behind the option that takes a command.
    if let Some((shell, rest)) = split(joined) {
        let mut list: Vec<String> = split_plain(shell);
        if !rest.is_empty() {
            list.push(rest.to_owned());
        }
        return finish(list, state, |text| Draft::partial(text, "which words were one argument was not recorded"));
    }
    finish(split_plain(joined), state, |text| Draft::partial(text, "which words were one argument was not recorded"))
}

fn finish(list: Vec<String>, state: &mut State<'_>, draft: impl Fn(String) -> Draft) -> Draft {
    let text = format!("SHELL {}", words::json_array(&list));
    state.config.shell = Some(list);
    draft(text)
}

fn split_plain(text: &str) -> Vec<String> {
    text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// A known shell with nothing but options: split any other way it would not
/// have run a single step.
fn is_plain(joined: &str) -> bool {
    !joined.contains(' ') || split(joined).is_some_and(|(_, rest)| rest.is_empty())
}
