//! What a coverage statement has rows for.

use std::collections::BTreeMap;

use forebear_index::{RepositoryId, View};

use crate::registry::registry_of;

/// A row's subject.
pub(crate) enum Covered {
    /// A registry, with those of its repositories that are exported.
    Registry { name: String, repositories: Vec<RepositoryId> },
    /// A repository.
    Repository(RepositoryId),
    /// One that was asked for and of which nothing at all was read.
    Unread(String),
}

/// Each registry, followed by its repositories, all sorted by name. What was asked for in
/// vain is in it where `is_whole`: filters choose among what was read.
pub(crate) fn covered(view: &View, is_whole: bool, has: impl Fn(RepositoryId) -> bool) -> Vec<Covered> {
    let mut registries: BTreeMap<&str, Vec<(&str, Covered)>> = BTreeMap::new();
    for id in (0..view.repository_count()).map(RepositoryId).filter(|id| has(*id)) {
        let name = view.repository_name(id);
        registries.entry(registry_of(name)).or_default().push((name, Covered::Repository(id)));
    }
    let mut unread: Vec<&str> = view.unread().map(|unread| unread.of).filter(|_| is_whole).collect();
    unread.dedup();
    for name in unread.into_iter().filter(|name| view.repository_called(name).is_none()) {
        let rows = registries.entry(registry_of(name)).or_default();
        rows.extend((name != registry_of(name)).then(|| (name, Covered::Unread(name.to_owned()))));
    }
    let mut all = Vec::new();
    for (name, mut rows) in registries {
        rows.sort_by_key(|(name, _)| *name);
        let id = |(_, row): &(&str, Covered)| match row {
            Covered::Repository(id) => Some(*id),
            Covered::Registry { .. } | Covered::Unread(_) => None,
        };
        all.push(Covered::Registry { name: name.to_owned(), repositories: rows.iter().filter_map(id).collect() });
        all.extend(rows.into_iter().map(|(_, row)| row));
    }
    all
}
