//! Which programs the shell text of a RUN starts.
//!
//! No shell: text is split into commands as a shell splits it, and of each the first word is
//! taken. What only running it would tell (a name in a variable, a script's own programs) is
//! left out.

use std::iter::Peekable;
use std::str::Chars;

/// Words that may stand before a command.
const BEFORE: [&str; 14] =
    ["if", "then", "else", "elif", "while", "until", "do", "!", "{", "time", "exec", "command", "eval", "builtin"];

/// Commands that a shell does itself and no program can do for it, ends of its constructs, and
/// tests.
const OF_THE_SHELL: [&str; 31] = [
    "fi", "done", "esac", "}", "for", "case", "select", "function", "in", "[", "[[", "test", ":", ".", "source", "set",
    "unset", "export", "local", "declare", "readonly", "shift", "return", "exit", "break", "continue", "trap", "cd",
    "umask", "shopt", "wait",
];

/// The programs that a text starts, without their folders, in order.
pub(crate) fn programs(text: &str) -> Vec<String> {
    if let Ok(exec) = serde_json::from_str::<Vec<String>>(text.trim()) {
        return exec.first().map(|program| base(program).to_owned()).into_iter().collect();
    }
    let mut found = Vec::new();
    commands(&mut text.chars().peekable(), None, &mut found);
    found
}

/// Where in a text a scanner stands.
#[derive(Default)]
struct At {
    word: String,
    /// Some of the word was quoted: it is no word of the shell.
    quoted: bool,
    /// The next word is no command: one came already.
    taken: bool,
    /// The next word is where something is redirected to.
    target: bool,
    /// Inside how many `case`.
    cases: usize,
    /// The `in` of a `case` is to come.
    head: bool,
    /// The next words are patterns of a `case`, up to `)`.
    pattern: bool,
}

/// Reads commands up to the end, or to what closes them.
fn commands(letters: &mut Peekable<Chars<'_>>, close: Option<char>, found: &mut Vec<String>) {
    let mut at = At::default();
    while let Some(letter) = letters.next() {
        match letter {
            _ if Some(letter) == close && !at.pattern => break,
            '\\' => match letters.next() {
                Some('\n') | None => {}
                Some(next) => at.word.push(next),
            },
            '\'' => {
                at.quoted = true;
                at.word.extend(letters.by_ref().take_while(|letter| *letter != '\''));
            }
            '"' => quoted(letters, &mut at, found),
            '$' => {
                at.word.push('$');
                substituted(letters, found);
            }
            '`' => {
                at.word.push('$');
                commands(letters, Some('`'), found);
            }
            '#' if at.word.is_empty() => while letters.next_if(|letter| *letter != '\n').is_some() {},
            '<' | '>' => redirected(letters, &mut at, found),
            '&' | '|' | ';' | '\n' => {
                at.end(found);
                at.taken = false;
                if letter == ';' && letters.next_if_eq(&';').is_some() {
                    at.pattern = at.cases > 0;
                }
            }
            // `name() {` is a function, a bare `(` a subshell.
            '(' if at.word.is_empty() => at.taken = false,
            '(' => at.word.clear(),
            ')' => {
                if at.pattern {
                    at.word.clear();
                    at.pattern = false;
                } else {
                    at.end(found);
                }
                at.taken = false;
            }
            _ if letter.is_whitespace() => at.end(found),
            _ => at.word.push(letter),
        }
    }
    at.end(found);
}

/// Reads on to the closing quote.
fn quoted(letters: &mut Peekable<Chars<'_>>, at: &mut At, found: &mut Vec<String>) {
    at.quoted = true;
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return,
            '\\' => at.word.extend(letters.next()),
            '$' => {
                at.word.push('$');
                substituted(letters, found);
            }
            '`' => {
                at.word.push('$');
                commands(letters, Some('`'), found);
            }
            _ => at.word.push(letter),
        }
    }
}

/// What may follow a dollar: commands in parentheses, arithmetic, a name in braces.
fn substituted(letters: &mut Peekable<Chars<'_>>, found: &mut Vec<String>) {
    if letters.next_if_eq(&'{').is_some() {
        letters.by_ref().take_while(|letter| *letter != '}').for_each(drop);
    } else if letters.next_if_eq(&'(').is_some() {
        if letters.next_if_eq(&'(').is_some() {
            letters.by_ref().take_while(|letter| *letter != ')').for_each(drop);
            _ = letters.next_if_eq(&')');
        } else {
            commands(letters, Some(')'), found);
        }
    }
}

/// A redirection: the number before it is no word, and what follows is no command.
fn redirected(letters: &mut Peekable<Chars<'_>>, at: &mut At, found: &mut Vec<String>) {
    if at.word.bytes().all(|byte| byte.is_ascii_digit()) {
        at.word.clear();
    }
    at.end(found);
    if letters.next_if_eq(&'(').is_some() {
        return commands(letters, Some(')'), found);
    }
    while letters.next_if(|letter| matches!(letter, '<' | '>' | '&' | '|' | '-')).is_some() {}
    at.target = true;
}

impl At {
    /// Ends a word.
    fn end(&mut self, found: &mut Vec<String>) {
        let quoted = std::mem::take(&mut self.quoted);
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return;
        }
        let plain = if quoted { "" } else { word.as_str() };
        if std::mem::take(&mut self.target) {
            return;
        }
        // `case WORD in` is followed by patterns, which only `esac` ends.
        match plain {
            "in" if self.head => (self.head, self.pattern) = (false, true),
            "esac" if self.pattern || !self.taken => {
                self.cases = self.cases.saturating_sub(1);
                self.pattern = false;
            }
            _ => {}
        }
        if self.taken || self.pattern || is_assignment(&word) || BEFORE.contains(&plain) || plain.starts_with("--") {
            return;
        }
        self.taken = true;
        self.head = plain == "case";
        self.cases += usize::from(self.head);
        if !OF_THE_SHELL.contains(&plain) && is_name(base(&word)) {
            found.push(base(&word).to_owned());
        }
    }
}

fn is_assignment(word: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let name = word.split_once('=').map(|(name, _)| name.strip_suffix('+').unwrap_or(name));
    name.is_some_and(|name| !name.is_empty() && name.chars().all(letter))
}

/// Whether a word is a program's name as it stands: no variable, option or number.
fn is_name(word: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-' | b'@');
    word.bytes().all(letter) && !word.starts_with('-') && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn base(program: &str) -> &str {
    program.rsplit(['/', '\\']).next().unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p662_programs_of_shell_text() {
        for (text, expected) in [
            ("apt-get update && apt-get install -y curl", "apt-get apt-get"),
            ("set -eux; FOO=1 /usr/bin/make -j4 | tee log", "make tee"),
            ("if true; then echo 'a && b'; fi", "true echo"),
            ("[\"/bin/sh\", \"-c\", \"ls\"]", "sh"),
            // Redirections are no commands.
            ("echo >&2; echo >&2 'no; way'; make 2>&1 | tee log >/dev/null 2>&1", "echo echo make tee"),
            ("cat <a >>b; >c sort", "cat sort"),
            // Patterns of a case are none either.
            (
                "case \"${arch##*-}\" in \t amd64|x86) a='x' ;; \t arm64) wget y ;; *) exit 1 ;; esac; tar -x",
                "wget tar",
            ),
            ("case $(uname -m) in (arm*) gcc;; esac && ld", "uname gcc ld"),
            ("case a in x) for i in b c; do rm $i; done;; y) ls;; esac", "rm ls"),
            // Commands inside words.
            (
                "arch=\"$(dpkg --print-architecture | cut -d- -f1)\"; n=`nproc`; make -j$((n + 1)) \"$n\"",
                "dpkg cut nproc make",
            ),
            ("diff <(sort a) <(sort b)", "diff sort sort"),
            ("(cd /x && ./configure) || exit 1", "configure"),
            ("if [ ! -e /a ] && ! test -d b; then $CC x; \"$tool\" y; fi", ""),
            ("fetch() { curl \"$1\"; }; fetch a", "curl fetch"),
            ("for x in a b; do rm $x; done # rm all", "rm"),
            ("--mount=type=cache,target=/x pip install y", "pip"),
            ("echo a \\\n  && mv b c", "echo mv"),
            ("'unclosed", "unclosed"),
            ("$(", ""),
        ] {
            assert_eq!(programs(text).join(" "), expected, "{text}");
        }
    }
}
