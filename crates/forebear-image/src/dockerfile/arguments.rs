//! Build arguments in front of a RUN: `|2 A=1 B=x y /bin/sh -c make`.
//!
//! Docker writes how many there are and joins everything with spaces, which
//! values may hold too (trivy#8277); buildah writes no count.

use std::collections::HashSet;

use super::pairs;
use super::shell;

/// Splits the build arguments from the command; `None` when there are none.
pub(super) fn split<'a>(text: &'a str, shell: &str, declared: &HashSet<String>) -> Option<(Vec<&'a str>, &'a str)> {
    match text.strip_prefix('|') {
        Some(counted) => {
            let (count, rest) = counted.split_once(' ')?;
            let count: usize = count.parse().ok()?;
            Some(split_counted(count, rest, shell, declared))
        }
        None => split_uncounted(text, shell),
    }
}

fn split_counted<'a>(count: usize, rest: &'a str, shell: &str, declared: &HashSet<String>) -> (Vec<&'a str>, &'a str) {
    if count == 0 {
        return (Vec::new(), rest);
    }
    // The command begins at the first shell that has enough names before it.
    let names = pairs::names(rest);
    if names.first().is_none_or(|(at, name)| *at != 0 || !is_identifier(name)) {
        return (Vec::new(), rest);
    }
    let enough = names.iter().filter(|(_, name)| is_identifier(name)).nth(count - 1).map_or(rest.len(), |(at, _)| *at);
    for at in word_starts(rest).skip_while(|at| *at <= enough) {
        let (Some(before), Some(command)) = (rest.get(..at), rest.get(at..)) else { continue };
        if shell::strip(command, shell).is_none() && !starts_with_shell(command) {
            continue;
        }
        if let Some(arguments) = cut(before.trim_end_matches(' '), count, declared) {
            return (arguments, command);
        }
    }
    // No shell, so an exec form: the last value ends where the next word begins.
    let last = names.get(count - 1).map_or(0, |(at, _)| *at);
    let end = rest.get(last..).and_then(|tail| tail.find(' ')).map_or(rest.len(), |at| last + at);
    let (before, command) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match cut(before, count, declared) {
        Some(arguments) => (arguments, command.trim_start()),
        None => (Vec::new(), rest),
    }
}

fn split_uncounted<'a>(text: &'a str, shell: &str) -> Option<(Vec<&'a str>, &'a str)> {
    if !pairs::names(text).first().is_some_and(|(at, name)| *at == 0 && is_identifier(name)) {
        return None;
    }
    word_starts(text).find_map(|at| {
        let command = text.get(at..)?;
        let before = text.get(..at)?.strip_suffix(' ')?;
        (shell::strip(command, shell).is_some() || starts_with_shell(command)).then_some(())?;
        Some((cut_at(before, pairs::names(before).iter().map(|(at, _)| *at)), command))
    })
}

/// Cuts `A=1 B=x y` into exactly `count` pairs; where values hold what looks
/// like names, the declared ones decide.
fn cut<'a>(text: &'a str, count: usize, declared: &HashSet<String>) -> Option<Vec<&'a str>> {
    let names: Vec<(usize, &str)> = pairs::names(text).into_iter().filter(|(_, name)| is_identifier(name)).collect();
    if names.len() < count || names.first().is_none_or(|(at, _)| *at != 0) {
        return None;
    }
    let known: Vec<usize> = names.iter().filter(|(_, name)| declared.contains(*name)).map(|(at, _)| *at).collect();
    let starts = if names.len() > count && known.len() == count {
        known
    } else {
        names.iter().take(count).map(|(at, _)| *at).collect()
    };
    Some(cut_at(text, starts.into_iter()))
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
            let got = split(text, "/bin/sh -c", &HashSet::new());
            assert_eq!(got.as_ref().map(|(a, c)| (a.as_slice(), *c)), expected, "{text}");
        }
        check("|2 A=1 B=x y /bin/sh -c make", Some((&["A=1", "B=x y"], "/bin/sh -c make")));
        check("|1 NAME= /bin/sh -c echo", Some((&["NAME="], "/bin/sh -c echo")));
        check("|0 /bin/sh -c true", Some((&[], "/bin/sh -c true")));
        check(
            "|1 A=b /bin/sh -c echo \"|3 not=args /bin/sh -c\"",
            Some((&["A=b"], "/bin/sh -c echo \"|3 not=args /bin/sh -c\"")),
        );
        check("|2 A=1 B=2 make all", Some((&["A=1", "B=2"], "make all")));
        check("user=0 user2=3 /bin/sh -c id", Some((&["user=0", "user2=3"], "/bin/sh -c id")));
        check("/bin/sh -c a=b /bin/sh -c c", None);
        check("echo", None);
    }
}
