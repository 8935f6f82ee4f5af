//! A disk that refuses, at every call.

use std::path::Path;
use std::sync::Arc;

use super::disk::{Refused, RefusingDisk};
use super::facts::{Fact, add, assert_holds, open, open_on, pool};
use crate::error::StoreError;
use crate::rows::RowCache;

/// Enough for a merge, and for a file after it.
fn facts() -> Vec<Fact> {
    pool().into_iter().skip(3).take(9).collect()
}

/// Adds all facts, a file for each; says what was refused, if anything.
fn fill(cache: &RowCache, facts: &[Fact]) -> Result<(), StoreError> {
    let mut refused = Ok(());
    for (sequence, fact) in (1..).zip(facts) {
        add(cache, fact);
        if let Err(error) = cache.reflects(sequence) {
            refused = Err(error);
        }
    }
    refused
}

#[track_caller]
fn assert_refused(error: &StoreError, folder: &Path) {
    let expected = format!("the store in {} cannot be written to; what was committed before is kept", folder.display());
    assert_eq!(error.to_string(), expected);
    assert!(matches!(error, StoreError::Refused { .. }));
}

/// Number of calls that change something when nothing is refused.
fn calls(facts: &[Fact]) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let disk = RefusingDisk::new(Refused::Nothing);
    let cache = open_on(Arc::clone(&disk) as _, folder.path(), 0);
    fill(&cache, facts).unwrap();
    assert_eq!((cache.file_count(), cache.covers()), (2, 9), "eight were merged");
    disk.calls()
}

#[test]
fn after_one_refusal_everything_goes_on() {
    let facts = facts();
    for at in 0..calls(&facts) {
        let folder = tempfile::tempdir().unwrap();
        let cache = open_on(RefusingDisk::new(Refused::One(at)), folder.path(), 0);
        if let Err(error) = fill(&cache, &facts) {
            assert_refused(&error, folder.path());
        }
        assert_holds(&cache, &facts);
        cache.spill().unwrap();
        assert_eq!(cache.covers(), 9, "call {at}");
        drop(cache);
        let cache = open(folder.path(), 0);
        assert_eq!(cache.covers(), 9, "call {at}");
        assert_holds(&cache, &facts);
    }
}

#[test]
fn a_disk_that_is_gone_leaves_what_was_in_force() {
    let facts = facts();
    for at in 0..calls(&facts) {
        let folder = tempfile::tempdir().unwrap();
        let cache = open_on(RefusingDisk::new(Refused::From(at)), folder.path(), 0);
        if let Err(error) = fill(&cache, &facts) {
            assert_refused(&error, folder.path());
        }
        assert_holds(&cache, &facts);
        drop(cache);
        // The next process has room again.
        let cache = open(folder.path(), 0);
        let covered = usize::try_from(cache.covers()).unwrap();
        assert_holds(&cache, &facts[..covered]);
        for (sequence, fact) in (1..).zip(&facts).skip(covered) {
            add(&cache, fact);
            cache.reflects(sequence).unwrap();
        }
        assert_holds(&cache, &facts);
        let left = super::damage::files(folder.path()).len();
        assert_eq!((cache.covers(), left), (9, cache.file_count()), "call {at}");
    }
}
