//! Values that are read whatever stands there: only what is no JSON is an error.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::found::Found;

/// What stands where a `T` should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<T> {
    /// `null`, which is empty.
    Null,
    /// What should.
    Read(T),
    /// Something else.
    Odd(Found),
}

impl<T> Value<T> {
    /// What should stand there, empty for `null`; else what stands there.
    ///
    /// # Errors
    /// What stands there, where it is something else.
    pub fn or_found(self) -> Result<T, Found>
    where
        T: Default,
    {
        match self {
            Self::Null => Ok(T::default()),
            Self::Read(value) => Ok(value),
            Self::Odd(found) => Err(found),
        }
    }
}

/// A type that JSON is read as. Each kind of value that it can be made of it
/// takes; its default is what `null` in a list means.
pub trait Read: Default {
    /// What it is called: "a text".
    const CALLED: &'static str;

    /// Made of a text.
    #[must_use]
    fn text(_: &str) -> Option<Self> {
        None
    }

    /// Made of `true` or `false`.
    #[must_use]
    fn boolean(_: bool) -> Option<Self> {
        None
    }

    /// Made of a number.
    #[must_use]
    fn number(_: Number) -> Option<Self> {
        None
    }

    /// Made of a list, which is to be read to its end.
    ///
    /// # Errors
    /// Those of reading.
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Value<Self>, A::Error> {
        while list.next_element::<Drain>()?.is_some() {}
        Ok(Value::Odd(Found::List))
    }

    /// Made of an object, which is to be read to its end.
    ///
    /// # Errors
    /// Those of reading.
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Value<Self>, A::Error> {
        while object.next_entry::<Drain, Drain>()?.is_some() {}
        Ok(Value::Odd(Found::Object))
    }
}

/// A number as JSON has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// Whole, not below zero.
    Unsigned(u64),
    /// Whole, below zero.
    Signed(i64),
    /// Any other.
    Float(f64),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => write!(f, "{number}"),
            Self::Signed(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number:?}"),
        }
    }
}

impl<'de, T: Read> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whatever(PhantomData))
    }
}

struct Whatever<T>(PhantomData<T>);

impl<T: Read> Whatever<T> {
    fn number<E>(number: Number) -> Result<Value<T>, E> {
        Ok(T::number(number).map_or_else(|| Value::Odd(Found::Number(number.to_string())), Value::Read))
    }
}

impl<'de, T: Read> Visitor<'de> for Whatever<T> {
    type Value = Value<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::CALLED)
    }

    fn visit_unit<E>(self) -> Result<Value<T>, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value<T>, E> {
        Ok(T::boolean(value).map_or(Value::Odd(Found::Boolean(value)), Value::Read))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<T>, E> {
        Self::number(Number::Unsigned(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<T>, E> {
        Self::number(Number::Signed(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<T>, E> {
        Self::number(Number::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<T>, E> {
        Ok(T::text(text).map_or_else(|| Value::Odd(Found::text(text)), Value::Read))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value<T>, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Value<T>, A::Error> {
        T::object(object)
    }
}

/// Steps over a value, counting how deep it nests: beyond 128 is an error, as in
/// what is read.
#[derive(Clone, Copy, Debug)]
pub struct Drain;

impl<'de> Deserialize<'de> for Drain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Drain {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        while object.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}
