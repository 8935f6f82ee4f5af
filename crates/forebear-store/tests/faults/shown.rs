//! All that an index would be built from, with texts in the place of numbers.

use std::collections::{BTreeSet, HashMap};

use forebear_facts::rows::FactSource as _;
use forebear_store::{FactStore, LocalStore, RunStore};

/// Every fact of a store, in words.
pub(crate) fn shown(store: &LocalStore) -> BTreeSet<String> {
    let mut texts = HashMap::new();
    let mut all = BTreeSet::new();
    store.texts(&mut |row| _ = texts.insert(row.id, row.text.to_owned())).unwrap();
    let text = |id: u32| texts.get(&id).map_or("-", String::as_str);
    store
        .configs(&mut |(key, row)| {
            let steps: Vec<_> = row.steps.iter().map(|step| text(step.text.get())).collect();
            all.insert(format!("config {key:02x?} {:02x?} {steps:?}", row.diff_ids));
        })
        .unwrap();
    store
        .manifests(&mut |(key, row)| {
            all.insert(format!("manifest {key:02x?} {:02x?} {}", row.head.config, text(row.head.media_type.get())));
        })
        .unwrap();
    store
        .observations(&mut |row| {
            let (from, to) = (row.first_seen.seconds, row.last_seen.seconds);
            all.insert(format!("{}:{} {:02x?} {from} {to} {}", row.repository, row.tag, row.manifest, row.ended));
        })
        .unwrap();
    store.repositories(&mut |row| _ = all.insert(format!("{row:?}"))).unwrap();
    all.extend(store.failures().unwrap().iter().map(|failure| format!("{failure:?}")));
    all.extend(store.runs().unwrap().iter().map(|run| format!("{run:?}")));
    all
}
