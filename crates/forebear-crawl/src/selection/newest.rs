//! Which of two tags is newer, by their names alone: a list of tags has no
//! dates, and asking for each tag's would cost a pull.
//!
//! From newest to oldest:
//!
//! 1. `latest`.
//! 2. Versions: tags that begin with a number, after a `v` if there is one.
//!    Numbers are compared one by one, as numbers: `1.10` is newer than `1.9`.
//!    A shorter one rolls, so it is newer than what it begins: `3`, `3.20`,
//!    `3.20.3`. At the same numbers, the plain version is newer than one with a
//!    suffix (`3.20-slim`), and that newer than a pre-release (`3.20-rc1`,
//!    `3.20b2`; semver.org, section 11); suffixes are compared by their numbers
//!    too.
//! 3. All other names (`bookworm`, `edge`), in reverse alphabetical order, with
//!    numbers compared as numbers.
//!
//! A date is a version like any other: `20240807` is newer than `3.20`.

use std::cmp::Ordering;

/// Beginnings of a suffix that mark what comes before the release itself.
const BEFORE_RELEASE: [&str; 10] =
    ["rc", "alpha", "beta", "dev", "pre", "preview", "snapshot", "nightly", "canary", "unstable"];

/// `Greater` when `a` is newer than `b`. Total: no two names are equal.
#[must_use]
pub fn compare(a: &str, b: &str) -> Ordering {
    let latest = |tag: &str| tag == "latest";
    latest(a)
        .cmp(&latest(b))
        .then_with(|| match (version(a), version(b)) {
            (Some(a), Some(b)) => versions(a, b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
        .then_with(|| natural(a, b))
        .then_with(|| a.cmp(b))
}

/// The numbers of a version, and what follows them.
fn version(tag: &str) -> Option<(&str, &str)> {
    let tag = tag.strip_prefix(['v', 'V']).unwrap_or(tag);
    tag.starts_with(|first: char| first.is_ascii_digit()).then(|| {
        let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tag.len());
        let (numbers, rest) = tag.split_at(end);
        (numbers.trim_end_matches('.'), rest)
    })
}

fn versions((a, a_rest): (&str, &str), (b, b_rest): (&str, &str)) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    let numbers = loop {
        match (a.next(), b.next()) {
            (None, None) => break Ordering::Equal,
            (None, Some(_)) => break Ordering::Greater,
            (Some(_), None) => break Ordering::Less,
            (Some(a), Some(b)) => match number(a, b) {
                Ordering::Equal => {}
                other => break other,
            },
        }
    };
    numbers.then_with(|| standing(a_rest).cmp(&standing(b_rest))).then_with(|| natural(a_rest, b_rest))
}

/// 2 for a release, 1 for a variant of one, 0 for what came before it.
fn standing(suffix: &str) -> u8 {
    let text = suffix.trim_start_matches(['-', '.', '_', '+']).to_ascii_lowercase();
    if text.is_empty() {
        return 2;
    }
    let begins = |word: &str| {
        text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
    };
    // Python's spelling: 3.13.0a1.
    let short = ["a", "b"]
        .iter()
        .any(|word| text.strip_prefix(word).is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit())));
    u8::from(!short && !BEFORE_RELEASE.into_iter().any(begins))
}

/// Decimal numbers of any length.
fn number(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Text with the numbers in it compared as numbers.
fn natural(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() && !b.is_empty() {
        let (a_run, a_rest) = run(a);
        let (b_run, b_rest) = run(b);
        let digits = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
        let order = if digits(a_run) && digits(b_run) { number(a_run, b_run) } else { a_run.cmp(b_run) };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (a_rest, b_rest);
    }
    a.len().cmp(&b.len())
}

/// The digits, or the other characters, that a text begins with.
fn run(text: &str) -> (&str, &str) {
    let digits = text.starts_with(|first: char| first.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newest first.
    #[track_caller]
    fn check(expected: &[&str]) {
        let mut sorted = expected.to_vec();
        sorted.sort_unstable_by(|a, b| compare(a, b));
        assert_eq!(sorted.into_iter().rev().collect::<Vec<_>>(), expected);
        sorted_twice_is_the_same(expected);
    }

    fn sorted_twice_is_the_same(tags: &[&str]) {
        for (at, a) in tags.iter().enumerate() {
            for (other, b) in tags.iter().enumerate() {
                assert_eq!(compare(a, b), other.cmp(&at), "{a} and {b}");
            }
        }
    }

    #[test]
    fn newest_first() {
        check(&["latest", "3", "3.20", "3.20.3", "3.20.2", "3.9", "2", "edge"]);
        check(&["22.1.0", "22.1.0-slim", "22.1.0-alpine3.20", "22.1.0-alpine3.9", "22.1.0-rc2", "22.1.0-alpha1"]);
        check(&["v1.10.0", "1.9.1", "v1.9.0", "bookworm"]);
        check(&["3.13", "3.13.0", "3.13.0b2", "3.13.0a1", "3.12"]);
        check(&["20240807", "3.20"]);
        check(&["99999999999999999999999999999", "99999999999999999999999999998"]);
        check(&["stretch", "jessie-10", "jessie-9", "jessie"]);
        check(&["1.0", "1.0-devel", "1.0-dev"]);
        check(&["1.00", "1.0"]);
        check(&["1.", "1..2", "0"]);
    }
}
