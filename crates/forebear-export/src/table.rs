//! What a table is, and which there are.

use crate::cell::Cell;
use crate::column::Column;
use crate::scope::Scope;
use crate::tables;

/// Where rows go: the registry they belong to, and their cells.
pub(crate) type Push<'p> = dyn for<'a> FnMut(&str, Vec<Cell<'a>>) + 'p;

/// One table.
pub(crate) trait Table: Sync {
    /// Its name, by the contract.
    fn name(&self) -> &'static str;
    /// What a row is.
    fn row(&self) -> &'static str;
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

/// All tables, in the order of the contract.
pub(crate) const TABLES: [&dyn Table; 12] = [
    &tables::Repositories,
    &tables::Tags,
    &tables::TagImages,
    &tables::Manifests,
    &tables::IndexEntries,
    &tables::Images,
    &tables::Layers,
    &tables::Steps,
    &tables::Parents,
    &tables::Ancestors,
    &tables::DeclaredBases,
    &tables::CoverageOf,
];
