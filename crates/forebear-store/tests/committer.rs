//! Commits on their way to the disk.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use forebear_image::{Digest, RepositoryName, Timestamp};
use forebear_store::LocalStore;
use forebear_store::{Batch, Committer, FrontierStore, NewDocument, Store, Task};

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
fn what_is_committed_is_visible_at_once_and_told_when_the_disk_has_it() {
    let (folder, store) = store();
    let store = Arc::new(store);
    let run = store.begin("{}".to_owned(), START, tags(3)).unwrap();
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
    let run = store.begin("{}".to_owned(), START, Vec::new()).unwrap();
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
