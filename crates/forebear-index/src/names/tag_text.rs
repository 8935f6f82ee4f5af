//! What a tag's text says: words, a version, a date; which tag spells another out, and
//! which says more.
//!
//! Nothing here knows a project or a distribution. A tag's *version* is its first number
//! (`3.12.7` in `3.12.7-slim`, `20.04` in `jdk-20.04`); what is longer in another place, as
//! `alpine3.20` after `3.12.7-alpine`, is another variant and no longer version.

/// Texts of this many tags of one repository are compared, the best ones: each with each.
pub(super) const COMPARED: usize = 256;
/// Words that are part of a version: `24-ea-22`, `1.10-rc1`.
const BEFORE_RELEASE: [&str; 10] =
    ["alpha", "beta", "canary", "dev", "ea", "nightly", "pre", "preview", "rc", "snapshot"];

/// A tag, taken apart.
#[derive(Clone, Debug)]
pub(super) struct TagText<'a> {
    tag: &'a str,
    parts: Vec<Part<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part<'a> {
    text: &'a str,
    kind: Kind,
}

/// What a part between dashes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `20241111`, `20240911.1`, `2024-11-11`.
    Date,
    /// `3.12.7`, `v2`, `8u432`.
    Version,
    /// A word and its number: `alpine3.20`, `jdk21`.
    Numbered,
    /// A packager's count: `r1`, `b06`.
    Revision,
    /// Anything else.
    Word,
}

/// Where in a tag a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Before,
    /// In its version: the first number, and what directly follows and belongs to it.
    Version,
    After,
}

impl<'a> TagText<'a> {
    pub(super) fn read(tag: &'a str) -> Self {
        let mut parts: Vec<Part<'a>> = Vec::new();
        let mut from = 0;
        while from <= tag.len() {
            let rest = tag.get(from..).unwrap_or_default();
            let dashed = dashed_date(rest);
            let end = dashed.unwrap_or_else(|| rest.find(['-', '_']).unwrap_or(rest.len()));
            let text = rest.get(..end).unwrap_or_default();
            parts.push(Part { text, kind: if dashed.is_some() { Kind::Date } else { kind_of(text) } });
            from += end + 1;
        }
        Self { tag, parts }
    }

    /// Whether it begins with a date, in whatever form.
    pub(super) fn is_dated(&self) -> bool {
        self.parts.iter().any(|part| part.kind == Kind::Date)
    }

    /// How many numbers its version has: 3 in `v1.2.3-rc1`, 0 of one that begins otherwise.
    pub(super) fn version_numbers(&self) -> usize {
        let first = self.parts.first().filter(|part| part.kind == Kind::Version);
        first.map_or(0, |part| part.text.split('.').count())
    }

    /// Whether it is words alone.
    pub(super) fn is_words(&self) -> bool {
        self.parts.iter().all(|part| part.kind == Kind::Word)
    }

    pub(super) fn tag(&self) -> &'a str {
        self.tag
    }

    /// Whether this tag is the other one with a longer version or with a date, all words
    /// being the same: `3.12.7-slim` spells out `3.12-slim` and `slim`, `bookworm-20241111`
    /// spells out `bookworm`. One word more is no version.
    pub(super) fn spells_out(&self, less: &Self) -> bool {
        let has_version = less.parts.iter().any(|part| part.kind == Kind::Version);
        let has_number = has_version || less.parts.iter().any(|part| part.kind == Kind::Numbered);
        let mut wanted = less.parts.iter().peekable();
        let (mut place, mut longer) = (Place::Before, false);
        for part in &self.parts {
            let follows = place == Place::Version;
            place = place.at(part);
            let in_version = place == Place::Version;
            if let Some(want) = wanted.peek() {
                let same_place = in_version || (part.kind, want.kind) == (Kind::Date, Kind::Date);
                let lengthens =
                    part.lengthens(want) || (part.numbers(want) && (!has_number || want.is_before_release()));
                if part == *want || (same_place && lengthens) {
                    longer |= part != *want;
                    _ = wanted.next();
                    continue;
                }
            }
            longer = true;
            match part.kind {
                Kind::Date | Kind::Revision => {}
                Kind::Version if in_version && (follows || !has_version) => {}
                Kind::Numbered if in_version && follows && part.is_before_release() => {}
                Kind::Version | Kind::Numbered | Kind::Word => return false,
            }
        }
        longer && wanted.next().is_none()
    }

    /// Whether this tag says all that the other one does, and more: `3.19.1` says more than
    /// `3.19`, `1.27-alpine3.20` more than `1-alpine` and `alpine`, `3.12-slim-bookworm` more
    /// than `3.12-slim`; `12.1` does not say more than `1`, nor `1.2` than `2`.
    pub(super) fn says_more_than(&self, less: &Self) -> bool {
        let mut parts = self.parts.iter();
        self.tag != less.tag && less.parts.iter().all(|part| parts.any(|longer| longer.contains(part)))
    }
}

impl Place {
    /// Where a part stands that comes next.
    fn at(self, part: &Part<'_>) -> Self {
        match (self, part.kind) {
            (Self::Before, Kind::Version | Kind::Numbered) => Self::Version,
            (Self::Version, Kind::Version | Kind::Revision) => Self::Version,
            (Self::Version, Kind::Word | Kind::Numbered) if part.is_before_release() => Self::Version,
            (Self::Version, Kind::Word | Kind::Numbered) => Self::After,
            (place, Kind::Date | Kind::Revision | Kind::Word | Kind::Version | Kind::Numbered) => place,
        }
    }
}

impl Part<'_> {
    /// Whether it is the other number and goes on: `3.12.7` after `3.12`, `8u432` after `8`.
    fn lengthens(&self, less: &Self) -> bool {
        let numbers = [Kind::Date, Kind::Version, Kind::Numbered];
        let Some(rest) = self.text.strip_prefix(less.text) else { return false };
        goes_on(rest) && numbers.contains(&self.kind) && numbers.contains(&less.kind)
    }

    /// Whether it is the other, a word, with a number: `rc1` and `rc`.
    fn numbers(&self, word: &Self) -> bool {
        let rest = self.text.strip_prefix(word.text);
        word.kind == Kind::Word && self.kind == Kind::Numbered && rest.is_some_and(begins_with_digit)
    }

    fn is_before_release(&self) -> bool {
        let word = self.text.trim_end_matches(|last: char| last.is_ascii_digit() || last == '.');
        BEFORE_RELEASE.contains(&word)
    }

    /// Whether it is the other, or begins with it and goes on as a version does: after a dot,
    /// or from letters to digits.
    fn contains(&self, part: &Self) -> bool {
        let Some(rest) = self.text.strip_prefix(part.text) else { return false };
        let ends_in_letter = part.text.ends_with(|last: char| last.is_ascii_alphabetic());
        !part.text.is_empty() && (rest.is_empty() || goes_on(rest) || (ends_in_letter && begins_with_digit(rest)))
    }
}

/// Whether a number goes on so: after a dot, or by the update of a Java release.
fn goes_on(rest: &str) -> bool {
    rest.starts_with('.') || rest.strip_prefix('u').is_some_and(begins_with_digit)
}

fn begins_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

fn kind_of(text: &str) -> Kind {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let letters = text.trim_start_matches(|first: char| first.is_ascii_alphabetic());
    let letter_count = text.len() - letters.len();
    if is_date(text) {
        Kind::Date
    } else if is_version(bare) {
        Kind::Version
    } else if letter_count == 1 && text.starts_with(['r', 'b', 'p']) && is_digits(letters) {
        Kind::Revision
    } else if letter_count > 0 && is_version(letters) {
        Kind::Numbered
    } else {
        Kind::Word
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `3`, `3.12.7`, `1.10beta1`, `8u432`, `2025a`: digits first; letters only after a dot, after
/// the `u` of Java's updates, or one at the end. A commit's hash is none.
fn is_version(text: &str) -> bool {
    let (first, rest) = text.split_once('.').map_or((text, None), |(first, rest)| (first, Some(rest)));
    let digits = first.trim_start_matches(|first: char| first.is_ascii_digit());
    let after = digits.strip_prefix('u').filter(|update| is_digits(update)).map_or(digits, |_| "");
    let one_letter = after.len() == 1 && after.bytes().all(|byte| byte.is_ascii_alphabetic());
    begins_with_digit(first)
        && (after.is_empty() || (one_letter && rest.is_none()))
        && rest.is_none_or(|rest| rest.split('.').all(begins_with_digit))
}

/// `20241111`, also with a time (`202411111530`) or a count after a dot (`20240911.1`).
fn is_date(text: &str) -> bool {
    let day = text.split('.').next().unwrap_or_default();
    let of = |from: usize, to: usize| day.get(from..to).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
    is_digits(day) && matches!(day.len(), 8 | 12 | 14) && is_day(of(0, 4), of(4, 6), of(6, 8))
}

/// How long the date is that a text begins with: `2024-11-11`.
fn dashed_date(text: &str) -> Option<usize> {
    const LENGTH: usize = "2024-11-11".len();
    let day = text.get(..LENGTH)?;
    let mut numbers = day.split(['-', '_']);
    let mut next = |length: usize| {
        let digits = numbers.next().filter(|digits| digits.len() == length && is_digits(digits));
        digits.and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0)
    };
    let is_whole = text.get(LENGTH..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']));
    (is_whole && is_day(next(4), next(2), next(2))).then_some(LENGTH)
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_that_say_more() {
        #[track_caller]
        fn check(more: &str, less: &str, expected: bool) {
            let (one, other) = (TagText::read(more), TagText::read(less));
            assert_eq!(one.says_more_than(&other), expected, "{more} {less}");
            assert!(!other.says_more_than(&one), "{less} {more}");
        }
        for (more, less) in [
            ("3.19", "3"),
            ("3.19.1", "3.19"),
            ("jammy-20230804", "jammy"),
            ("1.27-alpine", "1-alpine"),
            ("1.27-alpine", "alpine"),
            ("1.27-alpine3.20", "1-alpine"),
            ("3.12.1-slim-bookworm", "3-slim"),
            ("v1.2", "v1"),
        ] {
            check(more, less, true);
        }
        for (one, other) in [
            ("12", "1"),
            ("12.1", "1"),
            ("1.2", "2"),
            ("22.04", "jammy"),
            ("latest", "3"),
            ("3", "3"),
            ("alpine", "3-slim"),
            ("slim-3", "3-slim"),
            ("bookworms", "bookworm"),
        ] {
            check(one, other, false);
        }
    }

    #[test]
    fn tags_that_spell_another_out() {
        #[track_caller]
        fn check(more: &str, less: &str, expected: bool) {
            assert_eq!(TagText::read(more).spells_out(&TagText::read(less)), expected, "{more} {less}");
        }
        for (more, less) in [
            ("3.12.7-slim", "3.12-slim"),
            ("3.12.7-slim", "slim"),
            ("bookworm-20241111", "bookworm"),
            ("bookworm-20241111-slim", "bookworm-slim"),
            ("jammy-20240911.1", "jammy"),
            ("jammy-20240911.1", "jammy-20240911"),
            ("nightly-2024-11-12", "nightly"),
            ("21.0.5_11-jdk", "21-jdk"),
            ("8u432-b06-jdk", "8-jdk"),
            ("17.2.0-debian-12-r1", "17-debian-12"),
            ("1.10-rc1", "1.10-rc"),
            ("24-ea-22-jdk", "24-ea-jdk"),
            ("12-beta3-alpine", "12-alpine"),
            ("v3.2.1", "v3.2"),
            ("jdk21.0.5", "jdk21"),
            ("12.0.15-jdk21", "jdk21"),
            ("alpine3.20", "alpine"),
            ("9.4.20240509", "9.4"),
            ("1.2.3-4", "1.2.3"),
        ] {
            check(more, less, true);
            check(less, more, false);
        }
        for (more, less) in [
            // One more word is no version.
            ("3.12-slim-bookworm", "3.12-slim"),
            ("3.20.3", "latest"),
            ("20240923", "edge"),
            // The version of something else.
            ("3.12.7-alpine3.20", "3.12.7-alpine"),
            ("17.2.0-debian-12", "17.2.0-debian"),
            ("1.2.3-ubi9.4", "1.2.3-ubi9"),
            // Another version.
            ("12.1", "1"),
            ("3.13.0", "3.1"),
            ("3.12", "3.12"),
            ("2022", "ltsc2022"),
            ("main-1a2b3c4", "main"),
        ] {
            check(more, less, false);
            check(less, more, false);
        }
    }
}
