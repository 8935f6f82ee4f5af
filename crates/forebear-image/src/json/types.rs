//! The types that fields are of.

use std::collections::BTreeSet;

use serde::de::{MapAccess, SeqAccess};

use crate::annotations::Annotations;

use super::found::Found;
use super::read::{Drain, Number, Read, Value};

impl Read for String {
    const CALLED: &'static str = "a text";

    fn text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Read for bool {
    const CALLED: &'static str = "true or false";

    fn boolean(value: bool) -> Option<Self> {
        Some(value)
    }
}

impl Read for u64 {
    const CALLED: &'static str = "a whole number";

    fn number(number: Number) -> Option<Self> {
        match number {
            Number::Unsigned(number) => Some(number),
            Number::Signed(_) | Number::Float(_) => None,
        }
    }
}

impl Read for i64 {
    const CALLED: &'static str = "a whole number";

    fn number(number: Number) -> Option<Self> {
        match number {
            Number::Unsigned(number) => Self::try_from(number).ok(),
            Number::Signed(number) => Some(number),
            Number::Float(_) => None,
        }
    }
}

/// A list of which one entry is something else is something else: what an
/// entry means hangs on those beside it.
impl<T: Read> Read for Vec<T> {
    const CALLED: &'static str = "a list";

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Value<Self>, A::Error> {
        let mut read = Self::new();
        while let Some(entry) = list.next_element::<Value<T>>()? {
            match entry.or_found() {
                Ok(entry) => read.push(entry),
                Err(found) => {
                    while list.next_element::<Drain>()?.is_some() {}
                    return Ok(Value::Odd(Found::ListWith(Box::new(found))));
                }
            }
        }
        Ok(Value::Read(read))
    }
}

/// Anything: that it is there is all that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Anything;

impl Read for Anything {
    const CALLED: &'static str = "anything";

    fn text(_: &str) -> Option<Self> {
        Some(Self)
    }

    fn boolean(_: bool) -> Option<Self> {
        Some(Self)
    }

    fn number(_: Number) -> Option<Self> {
        Some(Self)
    }

    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Value<Self>, A::Error> {
        while list.next_element::<Drain>()?.is_some() {}
        Ok(Value::Read(Self))
    }

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        while object.next_entry::<Drain, Drain>()?.is_some() {}
        Ok(Value::Read(Self))
    }
}

/// A command: a list of texts, or one text. Docker reads both
/// (moby `api/types/strslice`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OneOrMany(pub Vec<String>);

impl Read for OneOrMany {
    const CALLED: &'static str = "a text or a list of texts";

    fn text(text: &str) -> Option<Self> {
        Some(Self(vec![text.to_owned()]))
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Value<Self>, A::Error> {
        Ok(match Vec::list(list)? {
            Value::Read(read) => Value::Read(Self(read)),
            Value::Null => Value::Null,
            Value::Odd(found) => Value::Odd(found),
        })
    }
}

/// Labels and annotations. A value that is no text is left out, those beside it
/// are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Those that are.
    pub texts: Annotations,
    /// Whether some are not.
    pub left_out: bool,
}

impl Read for Texts {
    const CALLED: &'static str = "an object of texts";

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        let mut read = Self::default();
        while let Some((key, value)) = object.next_entry::<String, Value<String>>()? {
            match value.or_found() {
                // The last one counts.
                Ok(text) => _ = read.texts.insert(key, text),
                Err(_) => {
                    read.texts.remove(&key);
                    read.left_out = true;
                }
            }
        }
        Ok(Value::Read(read))
    }
}

/// The keys of an object whose values say nothing: volumes, ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(pub BTreeSet<String>);

impl Read for Keys {
    const CALLED: &'static str = "an object";

    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        let mut read = Self::default();
        while let Some((key, Drain)) = object.next_entry::<String, Drain>()? {
            read.0.insert(key);
        }
        Ok(Value::Read(read))
    }
}
