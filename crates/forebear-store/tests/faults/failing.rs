//! A disk that refuses the n-th call.

use std::io::ErrorKind;
use std::sync::Arc;

use forebear_store::disk::Disk;
use forebear_store::{FactStore, RunStore, StoreError};
use forebear_testkit::disk::{Fails, SimDisk};

use crate::nights::{Night, open};
use crate::shown::shown;
use crate::times;

/// The refusal in words, and the same end once there is room: with the store open
/// all along, and opened again.
#[track_caller]
fn check(fails: Fails, is_reopened: bool) {
    let night = |number| Night { seed: 1, number };
    let expected = {
        let folder = tempfile::tempdir().unwrap();
        let disk: Arc<dyn Disk> = Arc::new(SimDisk::default());
        let store = open(&disk, folder.path()).unwrap();
        (0..2).for_each(|number| night(number).all(&store).unwrap());
        shown(&store)
    };
    let folder = tempfile::tempdir().unwrap();
    let own = SimDisk::default();
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    let mut store = open(&disk, folder.path()).unwrap();
    night(0).all(&store).unwrap();
    own.fail(fails);
    let done = night(1).all(&store);
    let failed = own.heal();
    match done {
        Ok(()) => assert_eq!(failed, 0, "{fails:?}: a refusal is an error"),
        Err(StoreError::Refused { .. }) => assert!(failed > 0),
        Err(other) => panic!("{fails:?}: {other:?}"),
    }
    // What a sync could not write is never taken for written by this process.
    let is_refused = store.checkpoint().is_err();
    if is_reopened || is_refused {
        drop(store);
        store = open(&disk, folder.path()).unwrap();
        assert_eq!(store.lost(), [], "{fails:?}");
    }
    if store.runs().unwrap().last().is_none_or(|run| !run.finished || run.id != 2) {
        night(1).all(&store).unwrap_or_else(|error| panic!("{fails:?}: {error:?}"));
    }
    store.checkpoint().unwrap();
    assert_eq!(shown(&store), expected, "{fails:?}");
    drop(store);
    assert_eq!(shown(&open(&disk, folder.path()).unwrap()), expected, "{fails:?}, opened again");
}

#[test]
fn p471_a_full_disk_is_told_and_the_next_run_goes_on() {
    for at in 1..=times(30) {
        check(Fails { at, times: 1 + at % 4, kind: ErrorKind::StorageFull }, at % 2 == 0);
    }
}

/// What a sync could not write is not taken for written later: only a new process
/// may go on.
#[test]
fn p471_a_failing_disk_is_told_and_the_next_process_goes_on() {
    for at in 1..=times(20) {
        check(Fails { at, times: 1, kind: ErrorKind::Other }, true);
    }
}
