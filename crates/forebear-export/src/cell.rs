//! Cells, as tables give them.

use std::borrow::Cow;

use forebear_image::{Digest, Timestamp};

/// One cell.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    Null,
    Text(&'a str),
    Owned(String),
    Number(i64),
    Flag(bool),
    /// Microseconds since 1970.
    Time(i64),
    Texts(Cow<'a, [String]>),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

impl From<Digest> for Cell<'_> {
    fn from(digest: Digest) -> Self {
        Self::Owned(digest.to_string())
    }
}

impl From<Timestamp> for Cell<'_> {
    /// Null where microseconds do not reach.
    fn from(time: Timestamp) -> Self {
        let micros = time.seconds.checked_mul(1_000_000);
        let micros = micros.and_then(|micros| micros.checked_add(i64::from(time.nanos / 1_000)));
        micros.map_or(Self::Null, Self::Time)
    }
}

impl From<bool> for Cell<'_> {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Cell<'_> {
            /// Null where it is more than a signed 64-bit number holds.
            fn from(number: $kind) -> Self {
                i64::try_from(number).map_or(Self::Null, Self::Number)
            }
        })*
    };
}
numbers!(i64, u32, u64, usize);

impl<'a> From<&'a [String]> for Cell<'a> {
    fn from(texts: &'a [String]) -> Self {
        Self::Texts(Cow::Borrowed(texts))
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
