//! A reader that follows what is published.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, SystemTime};

use forebear_index::IndexError;
use forebear_index::publish::{Followed, IndexFollower, publish_from};

use crate::publish::facts;

fn images(follower: &IndexFollower) -> u32 {
    follower.current().view().image_count()
}

/// Lets the pointer name another file.
fn point(folder: &Path, name: &str) {
    std::fs::write(folder.join("CURRENT"), format!("{name}\n")).unwrap();
}

#[test]
fn a_publish_is_followed_and_the_index_before_it_stays_valid() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(matches!(IndexFollower::open(folder), Err(IndexError::Missing(_))));
    publish_from(folder, &facts(1)).unwrap();
    let follower = IndexFollower::open(folder).unwrap();
    let first = follower.current();
    assert_eq!(follower.refresh().unwrap(), Followed::Unchanged);
    // Two at once: the first one's file is gone by then.
    publish_from(folder, &facts(2)).unwrap();
    publish_from(folder, &facts(3)).unwrap();
    assert_eq!(images(&follower), 1, "nobody has looked yet");
    assert_eq!(follower.refresh().unwrap(), Followed::Replaced);
    assert_eq!((images(&follower), first.view().image_count()), (3, 1));
    assert!(!first.file().exists());
    first.verify().unwrap();
    // The same facts again are the same index.
    publish_from(folder, &facts(3)).unwrap();
    assert_eq!(follower.refresh().unwrap(), Followed::Unchanged);
}

#[test]
fn what_cannot_be_read_is_told_and_the_index_before_it_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let first = publish_from(folder, &facts(1)).unwrap();
    let first = first.file_name().unwrap().to_str().unwrap();
    let follower = IndexFollower::open(folder).unwrap();
    std::fs::write(folder.join("cut.forebear"), b"FOREBEAR").unwrap();
    let is_foreign = |error: &IndexError| matches!(error, IndexError::Foreign { .. });
    let is_missing = |error: &IndexError| matches!(error, IndexError::Missing(_));
    for (name, expected) in
        [("cut.forebear", is_foreign as fn(&_) -> _), ("gone.forebear", is_missing), ("no name", is_foreign)]
    {
        point(folder, name);
        // Asked again it says so again.
        for _ in 0..2 {
            let error = follower.refresh().expect_err(name);
            assert!(expected(&error), "{name}: {error}");
            assert_eq!(images(&follower), 1);
        }
    }
    std::fs::remove_file(folder.join("CURRENT")).unwrap();
    assert!(is_missing(&follower.refresh().expect_err("there is no pointer")));
    point(folder, first);
    assert_eq!(follower.refresh().unwrap(), Followed::Unchanged);
    publish_from(folder, &facts(2)).unwrap();
    assert_eq!(follower.refresh().unwrap(), Followed::Replaced);
    assert_eq!(images(&follower), 2);
}

/// A pointer that was written long ago is not read again while its time is
/// the same; one that was just written is, as another may have the same time.
#[test]
fn the_pointer_is_read_when_its_time_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let name = |images| {
        let file = publish_from(folder, &facts(images)).unwrap();
        file.file_name().unwrap().to_str().unwrap().to_owned()
    };
    let (first, second) = (name(1), name(2));
    let written = |time: SystemTime| {
        let pointer = std::fs::File::options().write(true).open(folder.join("CURRENT")).unwrap();
        pointer.set_modified(time).unwrap();
    };
    let ago = |seconds| SystemTime::now() - Duration::from_secs(seconds);
    let (old, older) = (ago(1_000), ago(2_000));
    let follower = IndexFollower::open(folder).unwrap();
    let look = |named: &str, time, expected| {
        point(folder, named);
        written(time);
        assert_eq!(follower.refresh().unwrap(), expected, "{named}");
    };
    look(&second, old, Followed::Unchanged);
    look(&first, old, Followed::Unchanged);
    look(&first, older, Followed::Replaced);
    let now = SystemTime::now() + Duration::from_secs(500);
    look(&second, now, Followed::Replaced);
    look(&first, now, Followed::Replaced);
}

/// A thread that panics ends those who would wait for it.
struct EndOthers<'a>(&'a AtomicBool);

impl Drop for EndOthers<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(std::thread::panicking(), Ordering::Relaxed);
    }
}

/// Threads ask while indexes are published: each sees every one of them, in
/// order, whole.
#[test]
fn many_threads_follow_while_indexes_are_published() {
    const READERS: usize = 8;
    const INDEXES: usize = 12;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    publish_from(folder, &facts(1)).unwrap();
    let follower = IndexFollower::open(folder).unwrap();
    let (seen, events) = channel::<(usize, usize)>();
    let failed = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = EndOthers(&failed);
        for reader in 0..READERS {
            let (seen, follower, failed) = (seen.clone(), &follower, &failed);
            scope.spawn(move || {
                let _end = EndOthers(failed);
                let mut last = 0;
                while last < INDEXES && !failed.load(Ordering::Relaxed) {
                    // Every other one is told by those who look.
                    if reader % 2 == 0 {
                        follower.refresh().unwrap();
                    }
                    let index = follower.current();
                    let images = index.view().image_count() as usize;
                    assert!(images >= last, "{images} after {last}");
                    if images > last {
                        index.verify().unwrap();
                        seen.send((reader, images)).unwrap();
                        last = images;
                    }
                    std::thread::yield_now();
                }
            });
        }
        drop(seen);
        for count in 1..=INDEXES {
            publish_from(folder, &facts(count)).unwrap();
            // The next one when everybody has seen this.
            let mut readers: Vec<usize> = (0..READERS)
                .map(|_| events.recv().unwrap())
                .map(|(reader, images)| {
                    assert_eq!(images, count);
                    reader
                })
                .collect();
            readers.sort_unstable();
            assert_eq!(readers, Vec::from_iter(0..READERS));
        }
    });
}
