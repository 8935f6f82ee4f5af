//! The order of names read from their last component to the first.

use std::cmp::Ordering;

/// Where a repository's full name stands beside those that end in `path`, read
/// from the last component to the first; equal for one that does.
pub(super) fn suffix_order(name: &str, path: &str) -> Ordering {
    let mut own = name.rsplit('/');
    let mut compared = path.rsplit('/').map(|wanted| own.next().map_or(Ordering::Less, |own| own.cmp(wanted)));
    compared.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// The order of `RepositoriesBySuffix`.
pub(crate) fn by_suffix(a: &str, b: &str) -> Ordering {
    a.rsplit('/').cmp(b.rsplit('/'))
}
