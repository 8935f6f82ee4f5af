//! Colour: whether there is any, and what it is used for.

use std::env;
use std::fmt::Display;
use std::io::IsTerminal;

/// When output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourChoice {
    /// On a terminal, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColourChoice {
    /// Whether what goes there is coloured. `Auto` asks `NO_COLOR`
    /// (<https://no-color.org>), then `CLICOLOR_FORCE` and `CLICOLOR`
    /// (<https://bixense.com/clicolors/>), then whether it is a terminal that
    /// knows colours.
    #[must_use]
    pub fn is_coloured(self, stream: &impl IsTerminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => by_environment(&|name| env::var(name).ok(), stream.is_terminal()),
        }
    }
}

/// Whether what goes there is to be coloured where nobody chose.
#[must_use]
pub fn is_coloured(stream: &impl IsTerminal) -> bool {
    ColourChoice::Auto.is_coloured(stream)
}

fn by_environment(variable: &dyn Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if is_set("NO_COLOR").is_some() {
        return false;
    }
    if is_set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    let is_wanted = is_set("CLICOLOR").is_none_or(|value| value != "0");
    is_terminal && is_wanted && variable("TERM").is_none_or(|term| term != "dumb")
}

/// Puts colours around text, or leaves it as it is. Text is padded and cut
/// before: escape sequences have no width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    /// Paints only if `is_on`.
    #[must_use]
    pub fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    /// What a part is about: a name, a title.
    #[must_use]
    pub fn title(self, text: impl Display) -> String {
        self.wrapped("1", text)
    }

    /// What is as it should be.
    #[must_use]
    pub fn good(self, text: impl Display) -> String {
        self.wrapped("32", text)
    }

    /// What somebody may have to do something about.
    #[must_use]
    pub fn warning(self, text: impl Display) -> String {
        self.wrapped("1;33", text)
    }

    /// What is wrong.
    #[must_use]
    pub fn bad(self, text: impl Display) -> String {
        self.wrapped("1;31", text)
    }

    /// What is beside the point.
    #[must_use]
    pub fn aside(self, text: impl Display) -> String {
        self.wrapped("2", text)
    }

    fn wrapped(self, code: &str, text: impl Display) -> String {
        let text = text.to_string();
        if self.is_on && !text.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_says() {
        #[track_caller]
        fn check(variables: &[(&str, &str)], on_terminal: bool, in_pipe: bool) {
            let of =
                |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(
                (by_environment(&of, true), by_environment(&of, false)),
                (on_terminal, in_pipe),
                "{variables:?}"
            );
        }
        check(&[], true, false);
        check(&[("NO_COLOR", "1")], false, false);
        check(&[("NO_COLOR", "")], true, false);
        check(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false, false);
        check(&[("CLICOLOR_FORCE", "1")], true, true);
        check(&[("CLICOLOR_FORCE", "0")], true, false);
        check(&[("CLICOLOR", "0")], false, false);
        check(&[("CLICOLOR", "1")], true, false);
        check(&[("TERM", "dumb")], false, false);
        check(&[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], true, true);
    }

    #[test]
    fn paint_is_put_around_text() {
        assert_eq!(Paint::new(false).bad("x"), "x");
        assert_eq!(Paint::new(true).title("x"), "\u{1b}[1mx\u{1b}[0m");
        assert_eq!(Paint::new(true).title(""), "");
    }
}
