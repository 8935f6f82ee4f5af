//! The types that fields are of, but for lists and maps.

use serde::de::{MapAccess, SeqAccess};

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
