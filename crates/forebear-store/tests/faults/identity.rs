//! What is derived beside a log that it was not made from: an older copy of it, one
//! that has gone on otherwise, another store's. It is made again, and that is told.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebear_image::Timestamp;
use forebear_store::disk::{Disk, RealDisk};
use forebear_store::{FactStore as _, Hold, LocalStore, RunStore as _};

use crate::nights::{Night, open};
use crate::power::copy;
use crate::shown::shown;

const TRUTH: [&str; 2] = ["facts", "mark"];
const DERIVED: [&str; 2] = ["sled", "rows"];

fn opened(folder: &Path) -> LocalStore {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    open(&disk, folder).unwrap()
}

/// A store in a folder below, after these nights.
fn after(folder: &Path, name: &str, seed: u64, nights: std::ops::Range<u64>) -> PathBuf {
    let own = folder.join(name);
    let store = opened(&own);
    nights.for_each(|number| Night { seed, number }.all(&store).unwrap());
    own
}

/// Copies a store.
fn forked(of: &Path, name: &str) -> PathBuf {
    let fork = of.with_file_name(name);
    copy(of, &fork);
    fork
}

/// Puts parts of one store in the place of another's.
fn put(parts: &[&str], from: &Path, to: &Path) {
    for part in parts {
        let (from, to) = (from.join("store").join(part), to.join("store").join(part));
        if to.is_dir() {
            std::fs::remove_dir_all(&to).unwrap();
        }
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

/// A store of the log of one and what is derived of another shows the facts of the log,
/// and says what it has made again, each once.
#[track_caller]
fn check(log: &Path, derived: &Path, parts: &[&str], told: &[&str]) {
    let expected = shown(&opened(log));
    let mixed = forked(log, "mixed");
    put(parts, derived, &mixed);
    let store = opened(&mixed);
    let differ: Vec<String> = shown(&store).symmetric_difference(&expected).cloned().collect();
    assert!(differ.is_empty(), "{parts:?}: {differ:#?}");
    assert_eq!(store.notes(), told, "{parts:?}");
    assert_eq!(store.lost(), []);
    // As good as any: nothing is said of it again, and the work goes on.
    drop(store);
    let store = opened(&mixed);
    assert_eq!(store.notes(), [] as [&str; 0], "{parts:?}, opened again");
    Night { seed: 1, number: 9 }.all(&store).unwrap();
    drop(store);
    assert_eq!(opened(&mixed).notes(), [] as [&str; 0], "{parts:?}, after one more night");
    std::fs::remove_dir_all(mixed).unwrap();
}

const INDEX_AHEAD: &str = "the index of the store was made again from the log: it was ahead of the log";
const INDEX_OTHER: &str = "the index of the store was made again from the log: it was made from another log";
const ROWS_AHEAD: &str = "derived rows were made again from the log: they were ahead of the log";
const ROWS_OTHER: &str = "derived rows were made again from the log: they were made from another log";

#[test]
fn p840_of_an_older_log_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let newer = after(folder.path(), "newer", 1, 0..2);
    let older = forked(&newer, "older");
    after(folder.path(), "newer", 1, 2..4);
    check(&older, &newer, &DERIVED, &[INDEX_AHEAD, ROWS_AHEAD]);
    check(&older, &newer, &["sled"], &[INDEX_AHEAD]);
    check(&older, &newer, &["rows"], &[ROWS_AHEAD]);
    // What is behind is only brought up.
    check(&newer, &older, &DERIVED, &[]);
    check(&newer, &older, &["sled"], &[]);
    check(&newer, &older, &["rows"], &[]);
}

/// The older log went on, as far as what was derived from the newer one and further.
#[test]
fn p840_of_a_log_that_went_on_otherwise_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let one = after(folder.path(), "one", 1, 0..2);
    let other = forked(&one, "other");
    after(folder.path(), "one", 1, 2..3);
    after(folder.path(), "other", 2, 2..5);
    check(&other, &one, &DERIVED, &[INDEX_OTHER, ROWS_OTHER]);
    check(&other, &one, &["sled"], &[INDEX_OTHER]);
    check(&other, &one, &["rows"], &[ROWS_OTHER]);
}

#[test]
fn p840_of_another_store_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let one = after(folder.path(), "one", 1, 0..2);
    let other = after(folder.path(), "other", 2, 0..4);
    check(&other, &one, &DERIVED, &[INDEX_OTHER, ROWS_OTHER]);
    // The same facts at the same places are not the same log.
    let twin = after(folder.path(), "twin", 1, 0..2);
    check(&twin, &one, &DERIVED, &[INDEX_OTHER, ROWS_OTHER]);
}

/// As long as the other, to the byte, and with the same last record.
#[test]
fn p840_a_log_of_the_same_length_is_told_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let one = after(folder.path(), "one", 1, 0..1);
    let other = forked(&one, "other");
    for (store, registry) in [(&one, "a.example"), (&other, "b.example")] {
        let store = opened(store);
        for registry in [registry, "c.example"] {
            let at = Timestamp { seconds: 5_000, nanos: 0 };
            let reason = "429 Too Many Requests".to_owned();
            store.keep(vec![Hold { registry: registry.to_owned(), since: at, until: at, reason }]).unwrap();
        }
        store.checkpoint().unwrap();
    }
    let length = |store: &Path| {
        let last = std::fs::read_dir(store.join("store/facts")).unwrap().map(|entry| entry.unwrap().path()).max();
        std::fs::metadata(last.unwrap()).unwrap().len()
    };
    assert_eq!(length(&one), length(&other));
    put(&TRUTH, &other, &one);
    let store = opened(&one);
    assert_eq!(store.notes(), [INDEX_OTHER, ROWS_OTHER]);
    assert!(store.hold("b.example").unwrap().is_some() && store.hold("a.example").unwrap().is_none());
}
