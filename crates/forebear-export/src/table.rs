//! What a table is, and how its rows are made.

use crate::cell::Cell;
use crate::column::Column;
use crate::scope::Scope;

/// Where rows go: the registry they belong to, and their cells.
pub(crate) type Push<'p> = dyn for<'a> FnMut(&str, Vec<Cell<'a>>) + 'p;

/// One table.
pub(crate) trait Table: Sync {
    /// Its name, by the contract.
    fn name(&self) -> &'static str;
    /// What a row is.
    fn row(&self) -> &'static str;
    /// The columns that tell its rows apart.
    fn key(&self) -> &'static [&'static str];
    /// What a reader should know before counting rows; empty where that is nothing.
    fn note(&self) -> &'static str {
        ""
    }
    /// Its columns, in order.
    fn columns(&self) -> &'static [Column];
    /// By how many of the first columns rows are sorted.
    fn sorted_by(&self) -> usize;
    /// How many things its rows are made from.
    fn things(&self, scope: &Scope) -> usize;
    /// About how many rows one of them makes.
    fn weight(&self, scope: &Scope, thing: usize) -> usize {
        _ = (scope, thing);
        1
    }
    /// Makes the rows of one thing.
    fn rows(&self, scope: &Scope, thing: usize, push: &mut Push<'_>);
}
