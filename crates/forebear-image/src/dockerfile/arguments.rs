//! Build arguments in front of a RUN: `|2 A=1 B=x y /bin/sh -c make`.
//!
//! Docker writes how many there are and joins everything with spaces, which
//! values may hold too (trivy#8277); buildah writes no count.

use super::declared::Declared;
use super::pairs;
use super::shell;

/// A command and the build arguments that stood before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split<'a> {
    pub(super) arguments: Vec<&'a str>,
    pub(super) command: &'a str,
    /// Where one argument ends and the next begins is beyond doubt.
    pub(super) certain: bool,
}

/// Splits the build arguments from the command; `None` when there are none.
pub(super) fn split<'a>(text: &'a str, shell: &str, declared: &Declared) -> Option<Split<'a>> {
    match text.strip_prefix('|') {
        Some(counted) => {
            let (count, rest) = counted.split_once(' ')?;
            let count: usize = count.parse().ok()?;
            Some(split_counted(count, rest, shell, declared))
        }
        None => split_uncounted(text, shell),
    }
}

fn split_counted<'a>(count: usize, rest: &'a str, shell: &str, declared: &Declared) -> Split<'a> {
    let none = Split { arguments: Vec::new(), command: rest, certain: true };
    if count == 0 {
        return none;
    }
    if let Some((arguments, command)) = declared.cut(count, rest) {
        return Split { arguments, command, certain: true };
    }
    // The command begins at the first shell that has enough names before it.
    let names = pairs::names(rest);
    if names.first().is_none_or(|(at, name)| *at != 0 || !is_identifier(name)) {
        return none;
    }
    // buildah counts a name twice that was declared twice: then the shell ends
    // the arguments.
    let identifiers = names.iter().filter(|(_, name)| is_identifier(name)).count();
    let count = if identifiers < count {
        let begins = |at: &usize| rest.get(*at..).is_some_and(|command| shell::strip(command, shell).is_some());
        let Some(end) = word_starts(rest).find(begins) else { return none };
        names.iter().filter(|(at, name)| *at < end && is_identifier(name)).count()
    } else {
        count
    };
    let enough = names.iter().filter(|(_, name)| is_identifier(name)).nth(count - 1).map_or(rest.len(), |(at, _)| *at);
    for at in word_starts(rest).skip_while(|at| *at <= enough) {
        let (Some(before), Some(command)) = (rest.get(..at), rest.get(at..)) else { continue };
        if shell::strip(command, shell).is_none() && !starts_with_shell(command) {
            continue;
        }
        if let Some((arguments, certain)) = cut(before.trim_end_matches(' '), count, declared) {
            return Split { arguments, command, certain };
        }
    }
    // No shell, so an exec form: the last value ends where the next word begins.
    let last = names.get(count - 1).map_or(0, |(at, _)| *at);
    let end = rest.get(last..).and_then(|tail| tail.find(' ')).map_or(rest.len(), |at| last + at);
    let (before, command) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match cut(before, count, declared) {
        // Whether the last value has more words, nothing says.
        Some((arguments, _)) => Split { arguments, command: command.trim_start(), certain: false },
        None => none,
    }
}

fn split_uncounted<'a>(text: &'a str, shell: &str) -> Option<Split<'a>> {
    if !pairs::names(text).first().is_some_and(|(at, name)| *at == 0 && is_identifier(name)) {
        return None;
    }
    word_starts(text).find_map(|at| {
        let command = text.get(at..)?;
        let before = text.get(..at)?.strip_suffix(' ')?;
        (shell::strip(command, shell).is_some() || starts_with_shell(command)).then_some(())?;
        let arguments = cut_at(before, pairs::names(before).iter().map(|(at, _)| *at));
        Some(Split { arguments, command, certain: true })
    })
}

/// Cuts `A=1 B=x y` into exactly `count` pairs; where values hold what looks
/// like names, the declared ones decide. Says whether there was a choice.
fn cut<'a>(text: &'a str, count: usize, declared: &Declared) -> Option<(Vec<&'a str>, bool)> {
    let names: Vec<(usize, &str)> = pairs::names(text).into_iter().filter(|(_, name)| is_identifier(name)).collect();
    if names.len() < count || names.first().is_none_or(|(at, _)| *at != 0) {
        return None;
    }
    let known: Vec<usize> = names.iter().filter(|(_, name)| declared.contains(name)).map(|(at, _)| *at).collect();
    let by_declaration = names.len() > count && known.len() == count;
    let certain = names.len() == count || by_declaration;
    let starts = if by_declaration { known } else { names.iter().take(count).map(|(at, _)| *at).collect() };
    Some((cut_at(text, starts.into_iter()), certain))
}

fn cut_at(text: &str, starts: impl Iterator<Item = usize>) -> Vec<&str> {
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).map(|at| at - 1).chain([text.len()]);
    starts.iter().zip(ends).filter_map(|(start, end)| text.get(*start..end)).collect()
}

fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(text.match_indices(' ').map(|(at, _)| at + 1))
}

fn starts_with_shell(text: &str) -> bool {
    text.starts_with(|c: char| c == '/' || c.is_ascii_lowercase()) && shell::split(text).is_some()
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_with_spaces() {
        #[track_caller]
        fn check(text: &str, expected: Option<(&[&str], &str)>) {
            let got = split(text, "/bin/sh -c", &Declared::default());
            assert_eq!(got.as_ref().map(|s| (s.arguments.as_slice(), s.command)), expected, "{text}");
        }
        check("|2 A=1 B=x y /bin/sh -c make", Some((&["A=1", "B=x y"], "/bin/sh -c make")));
        check("|1 NAME= /bin/sh -c echo", Some((&["NAME="], "/bin/sh -c echo")));
        check("|0 /bin/sh -c true", Some((&[], "/bin/sh -c true")));
        check(
            "|1 A=b /bin/sh -c echo \"|3 not=args /bin/sh -c\"",
            Some((&["A=b"], "/bin/sh -c echo \"|3 not=args /bin/sh -c\"")),
        );
        check("|3 A=1 B=2 /bin/sh -c x", Some((&["A=1", "B=2"], "/bin/sh -c x")));
        check("|2 A=1 B=2 make all", Some((&["A=1", "B=2"], "make all")));
        check("user=0 user2=3 /bin/sh -c id", Some((&["user=0", "user2=3"], "/bin/sh -c id")));
        check("/bin/sh -c a=b /bin/sh -c c", None);
        check("echo", None);
    }
}
