//! A store that an earlier build wrote, as it lies there, is read: its layout, its
//! log and its mark are a promise.
//!
//! `FOREBEAR_WRITE_FIXTURE=1` writes it anew, which only a new version of the layout
//! may ask for.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "faults/nights.rs"]
mod nights;
#[path = "faults/shown.rs"]
mod shown;

use std::path::Path;
use std::sync::Arc;

use forebear_store::disk::{Disk, RealDisk};
use forebear_store::{FactStore, check_log};

use nights::{Night, open};
use shown::shown;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/format-2");

/// The part of a store that is not derived.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("facts")).unwrap();
    for name in ["forebear-store", "mark"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
    for entry in std::fs::read_dir(from.join("facts")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join("facts").join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_store_of_format_2_is_read() {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let fixture = Path::new(FIXTURE);
    let frozen = fixture.join("facts.txt");
    let own = tempfile::tempdir().unwrap();
    let store = open(&disk, own.path()).unwrap();
    (0..3).for_each(|number| Night { seed: 3, number }.all(&store).unwrap());
    let today = shown(&store).into_iter().map(|fact| fact + "\n").collect::<String>();
    drop(store);
    if std::env::var_os("FOREBEAR_WRITE_FIXTURE").is_some() {
        copy(&own.path().join("store"), fixture);
        std::fs::write(&frozen, &today).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    copy(fixture, &folder.path().join("store"));
    let store = open(&disk, folder.path()).unwrap();
    assert_eq!((store.lost(), store.given_up()), (Vec::new(), Vec::new()));
    let read = shown(&store).into_iter().map(|fact| fact + "\n").collect::<String>();
    let expected = std::fs::read_to_string(&frozen).unwrap();
    assert_eq!((&read, &today), (&expected, &expected));
    let checked = store.check().unwrap();
    assert_eq!(check_log(&disk, &folder.path().join("store/facts")).unwrap(), checked);
    // And the work goes on from there.
    Night { seed: 3, number: 3 }.all(&store).unwrap();
}

/// As the page on the store's files says: the mark first, then the log, while it is
/// written to.
#[test]
fn a_copy_that_was_made_while_a_crawl_ran_is_a_store() {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let (own, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(&disk, own.path()).unwrap();
    (0..2).for_each(|number| Night { seed: 4, number }.all(&store).unwrap());
    let before = shown(&store);
    let night = Night { seed: 4, number: 2 };
    let run = night.begin(&store).unwrap();
    let (from, to) = (own.path().join("store"), folder.path().join("store"));
    std::fs::create_dir_all(to.join("facts")).unwrap();
    std::fs::copy(from.join("mark"), to.join("mark")).unwrap();
    std::fs::write(to.join("forebear-store"), "2\n").unwrap();
    night.step(&store, &run, 0, false).unwrap();
    let mut segments: Vec<_> = std::fs::read_dir(from.join("facts")).unwrap().map(|entry| entry.unwrap()).collect();
    segments.sort_by_key(std::fs::DirEntry::file_name);
    for entry in &segments {
        std::fs::copy(entry.path(), to.join("facts").join(entry.file_name())).unwrap();
        night.step(&store, &run, 1, false).unwrap();
    }
    // What was being written is copied in part.
    let last = to.join("facts").join(segments.last().unwrap().file_name());
    let bytes = std::fs::read(&last).unwrap();
    std::fs::write(&last, &bytes[..bytes.len() - 10]).unwrap();
    let copied = open(&disk, folder.path()).unwrap();
    assert_eq!(copied.lost(), []);
    let after = shown(&copied);
    let gone: Vec<_> = before.difference(&after).filter(|fact| !fact.starts_with("docker.io")).collect();
    let documents = |fact: &&&String| fact.starts_with("config") || fact.starts_with("manifest");
    assert!(!gone.iter().any(|fact| documents(&fact)), "{gone:?}");
    night.all(&copied).unwrap();
    night.all(&store).unwrap();
    let ended: Vec<_> = [&store, &copied].map(shown).into_iter().collect();
    assert_eq!(ended[0], ended[1]);
}
