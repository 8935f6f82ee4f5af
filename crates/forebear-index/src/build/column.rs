//! A column: one value for each id, out of bounds as the default.
//!
//! Ids come from other columns of the same build, so a miss is a bug that
//! the oracle tests would show, never a reason to stop publishing.

use crate::error::IndexError;
use crate::format::id_of;

/// One value for each id.
#[derive(Clone, Debug, Default)]
pub(super) struct Column<T>(Vec<T>);

impl<T: Copy + Default> Column<T> {
    /// `count` equal values.
    pub(super) fn of(value: T, count: usize) -> Self {
        Self(vec![value; count])
    }

    /// The value of an id.
    #[inline]
    pub(super) fn get(&self, id: u32) -> T {
        self.0.get(id as usize).copied().unwrap_or_default()
    }

    /// Sets the value of an id.
    #[inline]
    pub(super) fn set(&mut self, id: u32, value: T) {
        if let Some(slot) = self.0.get_mut(id as usize) {
            *slot = value;
        }
    }

    /// Makes an id valid, with `value` for every id that was not.
    #[inline]
    pub(super) fn reach(&mut self, id: u32, value: T) {
        if id as usize >= self.0.len() {
            self.0.resize(id as usize + 1, value);
        }
    }

    /// A reference to the value of an id, if there is one.
    #[inline]
    pub(super) fn slot(&mut self, id: u32) -> Option<&mut T> {
        self.0.get_mut(id as usize)
    }
}

impl<T> Column<T> {
    /// Adds the value of the next id.
    #[inline]
    pub(super) fn push(&mut self, value: T) {
        self.0.push(value);
    }

    /// The next id, or the error that says there are too many of `what`.
    #[inline]
    pub(super) fn next(&self, what: &'static str) -> Result<u32, IndexError> {
        id_of(what, self.0.len())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// All ids with their values.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, &T)> {
        (0..).zip(&self.0)
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Self {
        Self(values)
    }
}

impl<T> std::ops::Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Column<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}
