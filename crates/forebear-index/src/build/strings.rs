//! Interning of strings and digests.

use std::collections::HashMap;
use std::hash::Hash;

use crate::error::IndexError;

use super::id_of;

/// Gives each distinct value a number: temporary while values come in, final
/// (by sorted order) once all are there.
#[derive(Debug)]
pub(super) struct Interner<T> {
    ids: HashMap<T, u32>,
}

/// The final numbering: sorted values, and what each temporary id became.
#[derive(Debug)]
pub(super) struct Interned<T> {
    /// Values in order; a final id is a position in here.
    pub sorted: Vec<T>,
    pub(super) finals: Vec<u32>,
}

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Self { ids: HashMap::new() }
    }
}

impl<T: Eq + Hash + Ord> Interner<T> {
    /// The temporary id of a value.
    pub(super) fn intern(&mut self, value: T) -> u32 {
        // Wrapping is caught in `finish`, which counts again.
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        *self.ids.entry(value).or_insert(next)
    }

    /// Sorts the values and fixes their ids.
    pub(super) fn finish(self, what: &'static str) -> Result<Interned<T>, IndexError> {
        self.finish_as(what, |value| value)
    }

    /// As [`Interner::finish`], after turning each value into its final form,
    /// which is what gets sorted: values made of temporary ids have no order
    /// of their own.
    pub(super) fn finish_as<U: Ord>(
        self,
        what: &'static str,
        into: impl Fn(T) -> U,
    ) -> Result<Interned<U>, IndexError> {
        id_of(what, self.ids.len())?;
        let mut finals = vec![0; self.ids.len()];
        let mut values: Vec<(U, u32)> = self.ids.into_iter().map(|(value, id)| (into(value), id)).collect();
        values.sort_unstable();
        let mut sorted = Vec::with_capacity(values.len());
        for (position, (value, temporary)) in (0..).zip(values) {
            if let Some(slot) = finals.get_mut(temporary as usize) {
                *slot = position;
            }
            sorted.push(value);
        }
        Ok(Interned { sorted, finals })
    }
}

impl Interner<Box<str>> {
    /// The temporary id of a text, allocating only when it is new.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        match self.ids.get(text) {
            Some(id) => *id,
            None => self.intern(text.into()),
        }
    }
}

impl<T> Interned<T> {
    /// What a temporary id became; "none" stays "none".
    pub(super) fn id(&self, temporary: u32) -> u32 {
        self.finals.get(temporary as usize).copied().unwrap_or(crate::format::NONE)
    }
}
