//! Runs and their frontier: numbers, pages, commits.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use forebear_image::{Digest, RepositoryName, Timestamp};
use forebear_store::LocalStore;
use forebear_store::{Batch, Committer, NewDocument, Stage, Store, Task};

const START: Timestamp = Timestamp { seconds: 1_000, nanos: 0 };

fn tags(count: usize) -> Vec<Task> {
    let repository = RepositoryName::new(&"docker.io".parse().unwrap(), "library/alpine").unwrap();
    (0..count).map(|number| Task::Tag { repository: repository.clone(), tag: format!("1.{number}") }).collect()
}

fn store() -> (tempfile::TempDir, LocalStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
    (folder, store)
}

#[test]
fn pages_of_a_stage_follow_each_other_and_end() {
    #[track_caller]
    fn check(count: usize, page: usize, expected: &[usize]) {
        let (_folder, store) = store();
        let first = [tags(count), vec![Task::Catalog { cursor: None }]].concat();
        let run = store.begin_run("{}".to_owned(), START, first).unwrap();
        // Another run's tasks, and another stage's, are none of these.
        store.begin_run("{}".to_owned(), START, tags(3)).unwrap();
        let (mut after, mut found, mut sizes) = (None, Vec::new(), Vec::new());
        loop {
            let tasks = store.pending(run.id, Stage::Tag, after.as_ref(), page).unwrap();
            sizes.push(tasks.len());
            after = tasks.last().cloned().or(after);
            found.extend(tasks.iter().cloned());
            if tasks.len() < page {
                break;
            }
        }
        assert_eq!(sizes, expected);
        let mut all = tags(count);
        all.sort();
        found.sort();
        assert_eq!(found, all);
    }
    check(0, 3, &[0]);
    check(2, 3, &[2]);
    check(3, 3, &[3, 0]);
    check(7, 3, &[3, 3, 1]);
}

#[test]
fn runs_have_numbers_of_their_own_and_end_empty() {
    let (folder, store) = store();
    let first = store.begin_run("a".to_owned(), START, tags(2)).unwrap();
    let second = store.begin_run("b".to_owned(), START, tags(1)).unwrap();
    assert_eq!((first.id, second.id), (1, 2));
    assert_eq!((store.pending_count(1).unwrap(), store.pending_count(2).unwrap()), (2, 1));
    store.end_run(&second).unwrap();
    assert_eq!((store.pending_count(1).unwrap(), store.pending_count(2).unwrap()), (2, 0));
    drop(store);
    let store = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
    let third = store.begin_run("c".to_owned(), START, Vec::new()).unwrap();
    assert_eq!(third.id, 3);
    let finished: Vec<bool> = store.runs().unwrap().iter().map(|run| run.finished).collect();
    assert_eq!(finished, [false, true, false]);
}

#[test]
fn what_is_committed_is_visible_at_once_and_told_when_the_disk_has_it() {
    let (folder, store) = store();
    let store = Arc::new(store);
    let run = store.begin_run("{}".to_owned(), START, tags(3)).unwrap();
    let (told, flushed) = std::sync::mpsc::channel();
    let committer = Committer::start(Arc::clone(&store) as Arc<dyn Store>, move || _ = told.send(())).unwrap();
    committer.commit(Batch { done: tags(2), ..Batch::of(run.id) }).unwrap();
    assert_eq!(store.pending_count(run.id).unwrap(), 1);
    flushed.recv().unwrap();
    committer.check().unwrap();
    committer.commit(Batch { done: tags(3), ..Batch::of(run.id) }).unwrap();
    committer.finish().unwrap();
    assert!(flushed.recv().is_ok(), "the end is told too");
    drop(store);
    let again = LocalStore::open(&folder.path().join("store"), 1 << 20).unwrap();
    assert_eq!(again.pending_count(run.id).unwrap(), 0);
}

/// What a crash costs is bounded, however slow the disk is.
#[test]
fn there_is_no_room_while_too_much_is_not_on_disk() {
    let (_folder, store) = store();
    let run = store.begin_run("{}".to_owned(), START, Vec::new()).unwrap();
    // The disk is busy for as long as the first flush's end is not taken note of.
    let (told, flushed) = std::sync::mpsc::sync_channel(0);
    let committer = Committer::start(Arc::new(store), move || _ = told.send(())).unwrap();
    committer.commit(Batch { done: tags(1_023), ..Batch::of(run.id) }).unwrap();
    assert!(committer.has_room());
    // Whatever was flushed by now, this much is not.
    committer.commit(Batch { done: tags(2_047), ..Batch::of(run.id) }).unwrap();
    assert!(!committer.has_room());
    while !committer.has_room() {
        flushed.recv().unwrap();
    }
    // P407: a few that brought much are as good as many.
    let brought = |mebibytes: usize| {
        let document = NewDocument { digest: Digest::sha256(b"large"), document: vec![0; mebibytes << 20] };
        Batch { documents: vec![document], done: tags(1), ..Batch::of(run.id) }
    };
    committer.commit(brought(31)).unwrap();
    assert!(committer.has_room());
    committer.commit(brought(64)).unwrap();
    assert!(!committer.has_room());
    while !committer.has_room() {
        flushed.recv().unwrap();
    }
    drop(flushed);
    committer.finish().unwrap();
}
