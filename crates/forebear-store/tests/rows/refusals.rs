//! A disk that refuses, or loses power, at every call.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use forebear_store::StoreError;
use forebear_store::rows::RowCache;
use forebear_testkit::disk::{Fails, SimDisk};

use crate::facts::{Fact, add, assert_holds, at, open_on, pool};

/// Enough for a merge, and for a file after it.
fn facts() -> Vec<Fact> {
    pool().into_iter().skip(3).take(9).collect()
}

fn opened(disk: &SimDisk) -> RowCache {
    open_on(Arc::new(disk.clone()), Path::new("rows"), 0)
}

/// Adds facts that a cache does not reflect, a file for each; says what was
/// refused, if anything.
fn fill(cache: &RowCache, facts: &[Fact]) -> Result<(), StoreError> {
    let (mut refused, covered) = (Ok(()), usize::try_from(cache.covers()).unwrap());
    for (sequence, fact) in (1..).zip(facts).skip(covered) {
        add(cache, fact);
        if let Err(error) = cache.reflects(at(sequence)) {
            let expected = "the store in rows cannot be written to; what was committed before is kept";
            assert_eq!(error.to_string(), expected);
            assert!(matches!(error, StoreError::Refused { .. }));
            refused = Err(error);
        }
    }
    refused
}

/// Calls that change something when nothing is refused.
fn calls(facts: &[Fact]) -> u64 {
    let disk = SimDisk::default();
    let cache = opened(&disk);
    fill(&cache, facts).unwrap();
    assert_eq!((cache.file_count(), cache.covers()), (2, 9), "eight were merged");
    disk.calls()
}

#[test]
fn after_one_refusal_everything_goes_on() {
    let facts = facts();
    for at in 1..=calls(&facts) {
        for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
            let disk = SimDisk::default();
            let cache = opened(&disk);
            disk.fail(Fails { at, times: 1, kind });
            _ = fill(&cache, &facts);
            assert_eq!(disk.heal(), 1);
            cache.spill().unwrap();
            assert_eq!(cache.covers(), 9, "call {at}");
            assert_holds(&cache, &facts);
            drop(cache);
            let cache = opened(&disk);
            assert_eq!(cache.covers(), 9, "call {at}");
            assert_holds(&cache, &facts);
        }
    }
}

#[test]
fn a_disk_that_is_gone_leaves_what_was_in_force() {
    let facts = facts();
    for at in 1..=calls(&facts) {
        let disk = SimDisk::default();
        let cache = opened(&disk);
        disk.fail(Fails { at, times: u64::MAX, kind: ErrorKind::StorageFull });
        _ = fill(&cache, &facts);
        assert_holds(&cache, &facts);
        drop(cache);
        // The next process has room again.
        disk.heal();
        goes_on(&disk, &facts);
    }
}

#[test]
fn lost_power_leaves_what_was_in_force() {
    let facts = facts();
    for at in 1..=calls(&facts) {
        for seed in 0..4 {
            let disk = SimDisk::default();
            let cache = opened(&disk);
            // What comes after the cut does not happen.
            disk.fail(Fails { at, times: u64::MAX, kind: ErrorKind::Other });
            _ = fill(&cache, &facts);
            let covered = cache.covers();
            drop(cache);
            disk.heal();
            disk.cut_power(seed);
            assert!(opened(&disk).covers() >= covered, "call {at}: what was said to be on disk is");
            goes_on(&disk, &facts);
        }
    }
}

/// What is left is a part of it, and all can be added to it.
#[track_caller]
fn goes_on(disk: &SimDisk, facts: &[Fact]) {
    let cache = opened(disk);
    let covered = usize::try_from(cache.covers()).unwrap();
    assert_holds(&cache, &facts[..covered]);
    fill(&cache, facts).unwrap();
    assert_holds(&cache, facts);
    assert_eq!((cache.covers(), disk.files().len()), (9, cache.file_count()));
}
