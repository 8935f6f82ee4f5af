//! What is found in the folder when it is opened.

use std::path::Path;

use forebear_store::rows::RowCache;
use forebear_store::{Fingerprint, LogPoint};

use crate::damage::files;
use crate::facts::{Fact, add, assert_holds, at, open, pool};

/// Writes a file for each of the first facts.
fn filled(folder: &Path, count: usize) -> (RowCache, Vec<Fact>) {
    let (cache, mut pool) = (open(folder, 0), pool());
    pool.truncate(count);
    for (sequence, fact) in (1..).zip(&pool) {
        add(&cache, fact);
        cache.reflects(at(sequence)).unwrap();
    }
    (cache, pool)
}

/// Changes the n-th file, opens the folder, and says how far what is left goes
/// and what the files are.
fn after(change: impl FnOnce(&Path)) -> (u64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let (cache, facts) = filled(folder.path(), 5);
    drop(cache);
    change(&files(folder.path())[2]);
    let cache = open(folder.path(), 0);
    let covered = usize::try_from(cache.covers()).unwrap();
    assert_holds(&cache, &facts[..covered]);
    // What is missing is added again, and is all that there was.
    for (sequence, fact) in (1..).zip(&facts).skip(covered) {
        add(&cache, fact);
        cache.reflects(at(sequence)).unwrap();
    }
    assert_holds(&cache, &facts);
    (covered as u64, files(folder.path()).len())
}

#[test]
fn the_chain_ends_where_a_file_is_of_no_use() {
    let edit = |at: usize| {
        move |path: &Path| {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[at] ^= 1;
            std::fs::write(path, bytes).unwrap();
        }
    };
    assert_eq!(after(|_| ()), (5, 5));
    assert_eq!(after(|path| std::fs::remove_file(path).unwrap()), (2, 5), "a gap");
    assert_eq!(after(|path| std::fs::write(path, "").unwrap()), (2, 5), "nothing in it");
    assert_eq!(after(|path| std::fs::write(path, "something else").unwrap()), (2, 5), "something else");
    assert_eq!(after(edit(8)), (2, 5), "another format");
    assert_eq!(after(edit(12)), (2, 5), "another version of the rows");
    assert_eq!(after(edit(16)), (2, 5), "another place in the log");
    let copied = |path: &Path| _ = std::fs::copy(path, path.with_file_name("copy.rows")).unwrap();
    assert_eq!(after(copied), (5, 5), "a copy under another name");
}

/// As many records of another log: what comes before stays.
#[test]
fn p840_files_of_two_logs_are_no_chain() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, facts) = filled(folder.path(), 5);
    drop(cache);
    let other = tempfile::tempdir().unwrap();
    let cache = open(other.path(), 0);
    for sequence in 1..=5 {
        let Fingerprint(of_one) = at(sequence).fingerprint;
        cache.reflects(LogPoint { sequence, fingerprint: Fingerprint(!of_one) }).unwrap();
    }
    std::fs::copy(&files(other.path())[2], &files(folder.path())[2]).unwrap();
    let cache = open(folder.path(), 0);
    assert_eq!(cache.covers(), 2);
    assert_holds(&cache, &facts[..2]);
}

#[test]
fn what_was_never_finished_is_cleared_and_what_is_not_ours_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, facts) = filled(folder.path(), 2);
    drop(cache);
    std::fs::write(folder.path().join(".new-0000000000000003-0000000000000009.rows"), "half").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let cache = open(folder.path(), 0);
    let names: Vec<_> = files(folder.path()).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(
        names,
        ["0000000000000001-0000000000000001.rows", "0000000000000002-0000000000000002.rows", "notes.txt"]
    );
    assert_holds(&cache, &facts);
    cache.clear().unwrap();
    assert_eq!(files(folder.path()).len(), 1);
}

/// Power is cut before the log was synced: it is shorter than what was derived.
#[test]
fn what_the_log_has_lost_is_cut() {
    for (log, left) in [(9, 9), (8, 8), (7, 0), (0, 0)] {
        let folder = tempfile::tempdir().unwrap();
        let (cache, facts) = filled(folder.path(), 9);
        add(&cache, &facts[0]);
        cache.cut(|point| Ok(point.sequence <= log)).unwrap();
        assert_eq!(cache.covers(), left, "a file of eight records and one of one");
        let left = usize::try_from(left).unwrap();
        assert_holds(&cache, &facts[..left]);
        cache.spill().unwrap();
        drop(cache);
        let cache = open(folder.path(), 0);
        assert_eq!(cache.covers(), left as u64);
        assert_holds(&cache, &facts[..left]);
    }
}

/// Power is cut after a merged file is in place, before those it was merged
/// from are removed.
#[test]
fn files_that_were_merged_into_another_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, facts) = filled(folder.path(), 7);
    drop(cache);
    let before: Vec<_> = files(folder.path()).iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    let cache = open(folder.path(), 0);
    cache.reflects(at(8)).unwrap();
    assert_eq!((cache.file_count(), cache.covers()), (1, 8), "eight are merged");
    drop(cache);
    before.iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    let cache = open(folder.path(), 0);
    assert_eq!((cache.file_count(), cache.covers(), files(folder.path()).len()), (1, 8, 1));
    assert_holds(&cache, &facts);
}

/// Who reads keeps what was there when it began.
#[test]
fn merging_does_not_take_files_from_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let (cache, facts) = filled(folder.path(), 7);
    let mut texts = 0;
    cache
        .texts(&mut |_| {
            if texts == 0 {
                cache.reflects(at(8)).unwrap();
                assert_eq!(cache.file_count(), 1);
            }
            texts += 1;
        })
        .unwrap();
    let mut again = 0;
    cache.texts(&mut |_| again += 1).unwrap();
    assert_eq!(texts, again);
    assert_holds(&cache, &facts);
}
