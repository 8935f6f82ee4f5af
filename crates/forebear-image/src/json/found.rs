//! What stands where something else should.

use std::fmt;

/// What stands where something else should, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A text: its beginning, whether it goes on.
    Text(String, bool),
    /// A number, as it reads.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A list.
    List,
    /// An object.
    Object,
    /// A list with something that does not belong in it.
    ListWith(Box<Found>),
    /// A list of more entries than are read.
    LongList {
        /// How many it has.
        count: usize,
        /// How many are read.
        limit: usize,
    },
    /// A list with more text in its entries than is read.
    WordyList {
        /// Bytes that are read.
        limit: usize,
    },
    /// A list whose entries have more annotations than are read.
    LadenList {
        /// How many they have, or more.
        count: usize,
        /// How many are read.
        limit: usize,
    },
    /// An object of more keys than are read.
    LargeObject {
        /// How many are read.
        limit: usize,
    },
    /// An object with a field that is something else.
    ObjectWith(&'static str, Box<Found>),
}

impl Found {
    /// Characters of a text that are shown.
    const SHOWN: usize = 40;

    /// A text, cut.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let cut: String = text.chars().take(Self::SHOWN).collect();
        let goes_on = cut.len() < text.len();
        Self::Text(cut, goes_on)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text, false) => write!(f, "the text {text:?}"),
            Self::Text(text, true) => write!(f, "the text {text:?}…"),
            Self::Number(number) => write!(f, "the number {number}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::List => f.write_str("a list"),
            Self::Object => f.write_str("an object"),
            Self::LongList { count, limit } => {
                write!(f, "a list of {count} entries, more than the {limit} that are read")
            }
            Self::WordyList { limit } => {
                write!(f, "a list with more text in it than the {limit} bytes that are read")
            }
            Self::LadenList { limit, .. } => {
                write!(f, "a list with more annotations in it than the {limit} that are read")
            }
            Self::LargeObject { limit } => write!(f, "an object of more than the {limit} keys that are read"),
            Self::ListWith(inner) => write!(f, "a list with {inner} in it"),
            Self::ObjectWith(field, inner) => write!(f, "an object whose {field} is {inner}"),
        }
    }
}
