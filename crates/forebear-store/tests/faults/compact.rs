//! A log that is written anew: the same store after, whatever happens in between.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use forebear_store::disk::Disk;
use forebear_store::{Batch, FactStore, FrontierStore, LocalStore, Task};
use forebear_testkit::disk::{Fails, SimDisk};

use crate::nights::{Night, open};
use crate::shown::shown;
use crate::times;

const SEED: u64 = 3;

fn nights(store: &LocalStore, numbers: std::ops::Range<u64>) {
    numbers.for_each(|number| Night { seed: SEED, number }.all(store).unwrap());
}

/// A store after six nights.
fn filled(folder: &Path) -> (SimDisk, Arc<dyn Disk>, LocalStore) {
    let own = SimDisk::default();
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    let store = open(&disk, folder).unwrap();
    nights(&store, 0..6);
    (own, disk, store)
}

/// What two more nights leave where nothing was compacted.
fn undisturbed() -> (BTreeSet<String>, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (_, _, store) = filled(folder.path());
    let before = shown(&store);
    nights(&store, 6..8);
    (before, shown(&store))
}

#[track_caller]
fn same(found: &BTreeSet<String>, expected: &BTreeSet<String>, when: &str) {
    let differ: Vec<_> = found.symmetric_difference(expected).collect();
    assert!(differ.is_empty(), "{when}: {differ:#?}");
}

#[test]
fn p481_what_counts_stays_and_the_rest_goes() {
    let (before, _) = undisturbed();
    let folder = tempfile::tempdir().unwrap();
    let (own, disk, store) = filled(folder.path());
    let run = store.begin("{}".to_owned(), forebear_image::Timestamp { seconds: 7_000, nanos: 0 }, Vec::new()).unwrap();
    store.commit(Batch { tasks: vec![Task::Catalog { cursor: None }], ..Batch::of(run.id) }).unwrap();
    let compacted = store.compact().unwrap();
    assert!(compacted.bytes_after < compacted.bytes_before, "{compacted:?}");
    assert!(compacted.records_after < compacted.records_before, "{compacted:?}");
    assert_eq!(store.pending_count(run.id).unwrap(), 1, "the frontier stays");
    store.commit(Batch { done: vec![Task::Catalog { cursor: None }], ..Batch::of(run.id) }).unwrap();
    let without_run = |store: &LocalStore| -> BTreeSet<String> {
        shown(store).into_iter().filter(|fact| !fact.starts_with("Run { id: 7")).collect()
    };
    same(&without_run(&store), &before, "compacted");
    let again = store.compact().unwrap();
    assert_eq!(
        (again.documents, again.bytes_after),
        (compacted.documents, again.bytes_before),
        "nothing is left to do"
    );
    drop(store);
    // Made anew from the log alone, in which nothing is missing.
    std::fs::remove_dir_all(folder.path().join("store/sled")).unwrap();
    own.files().iter().filter(|file| file.to_string_lossy().contains("/rows/")).for_each(|file| own.lose(file));
    own.lose(&folder.path().join("store/mark"));
    let store = open(&disk, folder.path()).unwrap();
    assert_eq!((store.lost(), store.check().unwrap().lost), (Vec::new(), Vec::new()), "{:?}", store.notes());
    same(&without_run(&store), &before, "made anew");
}

/// Refused at any call, or cut off by a lost power, with a crawl in between or not.
#[test]
fn p481_an_interrupted_one_loses_nothing_and_goes_on() {
    let (before, after) = undisturbed();
    for at in 1..=times(40) {
        let folder = tempfile::tempdir().unwrap();
        let (own, disk, store) = filled(folder.path());
        own.fail(Fails { at, times: 1 + at % 3, kind: ErrorKind::StorageFull });
        let done = store.compact();
        let failed = own.heal();
        assert_eq!(done.is_err(), failed > 0, "call {at}: {done:?}");
        drop(store);
        if at % 2 == 0 {
            own.cut_power(at);
        }
        if at % 5 == 0 {
            std::fs::remove_dir_all(folder.path().join("store/sled")).unwrap();
        }
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!(store.lost(), [], "call {at}: {:?}", store.notes());
        same(&shown(&store), &before, &format!("call {at}"));
        if at % 3 == 0 {
            nights(&store, 6..7);
        }
        store.compact().unwrap_or_else(|error| panic!("call {at}: {error}"));
        nights(&store, if at % 3 == 0 { 7..8 } else { 6..8 });
        same(&shown(&store), &after, &format!("call {at}"));
        drop(store);
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!(store.check().unwrap().lost, [], "call {at}");
        same(&shown(&store), &after, &format!("call {at}, opened again"));
    }
}

#[test]
fn p481_what_is_lost_is_not_made_to_look_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (own, disk, store) = filled(folder.path());
    drop(store);
    let segment = |number: u32| folder.path().join(format!("store/facts/{number:08}.facts"));
    own.change(&segment(1), |bytes| bytes[200] ^= 1);
    let store = open(&disk, folder.path()).unwrap();
    // Met only when it is read.
    let refused = store.compact().unwrap_err().to_string();
    assert!(refused.contains("has lost records") || refused.contains("is damaged"), "{refused}");
    assert!(own.files().contains(&segment(1)), "nothing was removed");
    assert!(!store.check().unwrap().lost.is_empty());
    let lost = store.accept_loss().unwrap();
    store.compact().unwrap();
    drop(store);
    let store = open(&disk, folder.path()).unwrap();
    assert_eq!((store.lost(), store.given_up()), (Vec::new(), lost));
    assert!(!own.files().contains(&segment(1)));
}
