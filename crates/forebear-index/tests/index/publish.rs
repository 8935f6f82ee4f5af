//! Publishing under readers' eyes.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use forebear_facts::rows::MemorySource;
use forebear_index::IndexError;
use forebear_index::publish::{open_current, publish_from};

use crate::world::World;

/// Facts about `images` images.
pub(crate) fn facts(images: usize) -> MemorySource {
    let lines: Vec<String> = (0..images).map(|at| format!("x/i{at} = A,L{at}")).collect();
    World::read(&lines.join("\n")).facts
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn images(folder: &Path) -> u32 {
    open_current(folder).unwrap().view().image_count()
}

#[test]
fn the_last_two_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    // The folder need not be there yet.
    let folder = folder.path().join("data/index");
    let mut published = Vec::new();
    for count in 1..=5 {
        let file = publish_from(&folder, &facts(count)).unwrap();
        published.push(file.file_name().unwrap().to_str().unwrap().to_owned());
        assert_eq!(images(&folder) as usize, count);
        let kept = published.iter().rev().take(2).cloned().chain(["CURRENT".to_owned()]);
        assert_eq!(files(&folder), kept.collect());
    }
    // Going back to an older state of facts is publishing too.
    publish_from(&folder, &facts(4)).unwrap();
    assert_eq!(images(&folder), 4);
}

#[test]
fn the_same_bytes_again_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    publish_from(folder, &facts(1)).unwrap();
    let first = publish_from(folder, &facts(2)).unwrap();
    let before = files(folder);
    let modified = |file: &Path| std::fs::metadata(file).unwrap().modified().unwrap();
    let times = (modified(&first), modified(&folder.join("CURRENT")));
    assert_eq!(publish_from(folder, &facts(2)).unwrap(), first);
    assert_eq!(files(folder), before, "the index before it is still there");
    assert_eq!((modified(&first), modified(&folder.join("CURRENT"))), times);
    // A file of the right name and damaged content is written anew.
    std::fs::write(&first, b"cut off").unwrap();
    publish_from(folder, &facts(2)).unwrap();
    open_current(folder).unwrap().verify().unwrap();
}

#[test]
fn what_a_killed_publisher_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, age) in [(".new-old", 7_200), (".new-fresh", 60)] {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    std::fs::write(folder.join("README"), "not ours").unwrap();
    publish_from(folder, &facts(1)).unwrap();
    let left = files(folder);
    assert!(!left.contains(".new-old"), "{left:?}");
    assert!(left.contains(".new-fresh") && left.contains("README"), "{left:?}");
}

#[cfg(unix)]
#[test]
fn every_user_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = publish_from(folder.path(), &facts(1)).unwrap();
    for file in [file, folder.path().join("CURRENT")] {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o644);
    }
}

#[track_caller]
fn refused(current: &[u8], expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("CURRENT"), current).unwrap();
    let error = open_current(folder.path()).expect_err("there is no index");
    assert!(error.to_string().contains(expected), "{error}");
}

#[test]
fn pointers_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for place in [folder.path().to_owned(), folder.path().join("nowhere")] {
        let error = open_current(&place).expect_err("nothing was published");
        assert!(matches!(&error, IndexError::Missing(at) if *at == place), "{error}");
    }
    refused(b"", "does not name an index file");
    refused(b"../../etc/passwd.forebear", "does not name an index file");
    refused(b"/etc/passwd", "does not name an index file");
    refused(b"\xff\xfe", "UTF-8");
    refused(b"0123456789abcdef.forebear\n", "no index in");
}

#[test]
fn an_open_index_outlives_its_file() {
    let folder = tempfile::tempdir().unwrap();
    publish_from(folder.path(), &facts(1)).unwrap();
    let old = open_current(folder.path()).unwrap();
    for count in 2..5 {
        publish_from(folder.path(), &facts(count)).unwrap();
    }
    assert!(!old.file().exists());
    old.verify().unwrap();
    assert_eq!(old.view().image_count(), 1);
}

#[test]
fn readers_see_the_old_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let versions: Vec<MemorySource> = (1..=4).map(facts).collect();
    publish_from(folder, &versions[0]).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let read = || {
            let mut seen = BTreeSet::new();
            while !done.load(Ordering::Relaxed) {
                let index = open_current(folder).unwrap_or_else(|e| panic!("{e}"));
                index.verify().unwrap_or_else(|e| panic!("{e}"));
                seen.insert(index.view().image_count());
            }
            seen
        };
        let readers = [threads.spawn(read), threads.spawn(read)];
        for version in versions.iter().cycle().take(200) {
            publish_from(folder, version).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            let seen = reader.join().unwrap();
            assert!(seen.iter().all(|count| (1..=4).contains(count)), "{seen:?}");
        }
    });
    assert_eq!(images(folder), 4);
}
