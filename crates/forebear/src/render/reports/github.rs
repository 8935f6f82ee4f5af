//! Workflow commands of GitHub Actions, which show as annotations
//! (<https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>).

use std::fmt::Write as _;

use forebear_ask::check::{CheckAnswer, CheckVerdict};
use forebear_image::escape::for_terminal;

use super::{problem, title};

/// An annotation for each image that is not approved, and one that says how many are.
pub(in crate::render) fn render(answer: &CheckAnswer) -> String {
    let mut out = String::new();
    for judged in &answer.images {
        let Some((_, message)) = problem(judged) else { continue };
        let command = match judged.verdict {
            CheckVerdict::Unknown => "warning",
            CheckVerdict::Approved | CheckVerdict::Outdated | CheckVerdict::NotApproved | CheckVerdict::Error => {
                "error"
            }
        };
        let text = format!("{}: {message}", judged.reference);
        _ = writeln!(out, "::{command} title={}::{}", property(title(judged.verdict)), data(&text));
    }
    let approved = answer.images.iter().filter(|judged| judged.verdict == CheckVerdict::Approved).count();
    let until = answer.observed_until.map(|until| format!(", as of {}", until.date())).unwrap_or_default();
    let all = answer.images.len();
    _ = writeln!(out, "::notice title=forebear check::{approved} of {all} on an approved base{until}");
    out
}

/// The text of a command: one line.
fn data(text: &str) -> String {
    for_terminal(text, false).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p524_nothing_ends_a_command_early() {
        assert_eq!(data("100 %\n::error::x"), "100 %25\\n::error::x");
        assert_eq!(property("a: b, c"), "a%3A b%2C c");
    }
}
