//! What kind of text a tag is, as studies of tagging practice count them.

use super::tag_text::TagText;

/// What kind of text a tag is. By its text alone: nothing is said of whether it moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagKind {
    /// A version of three numbers, with whatever follows: `1.27.3`, `v2.0.0-rc1`.
    Semver,
    /// It has a date: `20241111`, `bookworm-2024-11-11`.
    Date,
    /// A commit's or a content's hash, with or without a word before: `sha-1a2b3c4`.
    Hash,
    /// Words alone (`latest`, `bookworm-slim`) or a version that others spell out (`3.12`).
    Rolling,
    /// Anything else.
    Other,
}

impl TagKind {
    /// The word used in tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Semver => "semver",
            Self::Date => "date",
            Self::Hash => "hash",
            Self::Rolling => "rolling",
            Self::Other => "other",
        }
    }
}

/// What kind of text a tag is.
#[must_use]
pub fn tag_kind(tag: &str) -> TagKind {
    let text = TagText::read(tag);
    match text.version_numbers() {
        _ if text.is_dated() => TagKind::Date,
        _ if tag.rsplit('-').next().is_some_and(is_hash) => TagKind::Hash,
        3 => TagKind::Semver,
        1 | 2 => TagKind::Rolling,
        _ if text.is_words() => TagKind::Rolling,
        _ => TagKind::Other,
    }
}

/// Seven to 64 hexadecimal digits, both letters and numbers among them.
fn is_hash(text: &str) -> bool {
    let digits = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    (7..=64).contains(&text.len())
        && text.bytes().all(digits)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p601_kinds_of_tags() {
        for (tag, expected) in [
            ("1.27.3", TagKind::Semver),
            ("v2.0.0-rc1", TagKind::Semver),
            ("20241111", TagKind::Date),
            ("bookworm-20241111", TagKind::Date),
            ("1a2b3c4", TagKind::Hash),
            ("sha-1a2b3c4d", TagKind::Hash),
            ("latest", TagKind::Rolling),
            ("3", TagKind::Rolling),
            ("3.12-slim", TagKind::Rolling),
            ("jdk21", TagKind::Other),
        ] {
            assert_eq!(tag_kind(tag), expected, "{tag}");
        }
    }
}
