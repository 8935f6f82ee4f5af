//! Fields of a structure, and what becomes of those that are odd.

use super::bounded::Texts;
use super::found::Found;
use super::odd::{OddField, OddProblem};
use super::read::{Read, Value};

/// A field as it was found.
#[derive(Clone, Debug)]
pub struct Field<T> {
    name: &'static str,
    /// Of several, the last.
    value: Value<T>,
    times: Times,
}

/// How often a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    Never,
    Once,
    More,
}

/// What is wrong with a field that the document cannot be read without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// Readers differ on which one counts.
    #[error("duplicate field `{0}`")]
    Twice(&'static str),
    /// It is a list of more entries than are read.
    #[error("{name}: {count}, more than the {limit} allowed")]
    TooMany {
        /// Its name.
        name: &'static str,
        /// How many it has.
        count: usize,
        /// How many are read.
        limit: usize,
    },
    /// It is of another type.
    #[error("`{name}` is {found}, not {called}")]
    OtherType {
        /// Its name.
        name: &'static str,
        /// What it is.
        found: Found,
        /// What it should be.
        called: &'static str,
    },
}

/// Fields that are odd, each told once, and where they stand.
#[derive(Debug, Default)]
pub struct Noted {
    within: String,
    fields: Vec<OddField>,
}

impl Noted {
    /// Of a document's own fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what is odd within a field.
    pub fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.within.len();
        self.within.push_str(field);
        self.within.push('.');
        let read = read(self);
        self.within.truncate(length);
        read
    }

    /// Notes that a field is odd.
    pub fn note(&mut self, field: &str, problem: OddProblem) {
        let field = format!("{}{field}", self.within);
        // One of each is told, however long the list is that it stands in.
        if !self.fields.iter().any(|known| known.field == field) {
            self.fields.push(OddField { field, problem });
        }
    }

    /// What was noted.
    #[must_use]
    pub fn into_fields(self) -> Vec<OddField> {
        self.fields
    }
}

impl<T> Field<T> {
    /// One that is not there.
    #[must_use]
    pub fn absent(name: &'static str) -> Self {
        Self { name, value: Value::Null, times: Times::Never }
    }

    /// It is there, and is this.
    pub fn put(&mut self, value: Value<T>) {
        self.value = value;
        self.times = if self.times == Times::Never { Times::Once } else { Times::More };
    }

    /// What stands there, where that is something else or more than is read.
    #[must_use]
    pub fn odd(&self) -> Option<&Found> {
        match &self.value {
            Value::Odd(found) => Some(found),
            Value::Read(_) | Value::Null => None,
        }
    }

    /// The value as it is read, if it is.
    #[must_use]
    pub fn peek(&self) -> Option<&T> {
        match &self.value {
            Value::Read(value) => Some(value),
            Value::Null | Value::Odd(_) => None,
        }
    }

    /// Whether it is there at all, `null` or not.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.times != Times::Never
    }

    /// The value of a field on which no bytes and no layers hang: of several the
    /// last, nothing of another type. What is odd about it is noted.
    pub fn or_note(self, noted: &mut Noted) -> Option<T> {
        if self.times == Times::More {
            noted.note(self.name, OddProblem::Twice);
        }
        match self.value {
            Value::Null => None,
            Value::Read(value) => Some(value),
            Value::Odd(found) => {
                noted.note(self.name, OddProblem::OtherType { found: found.to_string() });
                None
            }
        }
    }

    /// The field, where there is one of it.
    ///
    /// # Errors
    /// [`FieldError::Twice`].
    pub fn once(self) -> Result<Self, FieldError> {
        match self.times {
            Times::Never | Times::Once => Ok(self),
            Times::More => Err(FieldError::Twice(self.name)),
        }
    }

    /// The field, unless it is a list of more entries, or with more annotations, than
    /// are read.
    ///
    /// # Errors
    /// [`FieldError::TooMany`].
    pub fn not_too_long(self) -> Result<Self, FieldError> {
        match self.odd() {
            Some(Found::LongList { count, limit }) => {
                Err(FieldError::TooMany { name: self.name, count: *count, limit: *limit })
            }
            Some(Found::LadenList { count, limit }) => {
                Err(FieldError::TooMany { name: "annotations", count: *count, limit: *limit })
            }
            Some(_) | None => Ok(self),
        }
    }

    /// The value of a field that the document cannot be read without.
    ///
    /// # Errors
    /// [`FieldError`] where it is there twice, of another type, or too long a list.
    pub fn known(self) -> Result<Option<T>, FieldError>
    where
        T: Read,
    {
        let Self { name, value, .. } = self.once()?.not_too_long()?;
        match value {
            Value::Null => Ok(None),
            Value::Read(value) => Ok(Some(value)),
            Value::Odd(found) => Err(FieldError::OtherType { name, found, called: T::CALLED }),
        }
    }
}

impl Field<String> {
    /// As [`Field::or_note`]; an empty text counts as none, as for Docker.
    pub fn text_or_note(self, noted: &mut Noted) -> Option<String> {
        self.or_note(noted).filter(|text| !text.is_empty())
    }
}

impl<const MOST: usize> Field<Texts<MOST>> {
    /// As [`Field::or_note`], and the same for single values.
    pub fn texts_or_note(self, noted: &mut Noted) -> crate::annotations::Annotations {
        let name = self.name;
        let Texts { texts, left_out } = self.or_note(noted).unwrap_or_default();
        if left_out {
            noted.note(name, OddProblem::OtherValues);
        }
        texts
    }
}
