//! An index that is replaced while it is asked: every answer is that of one of
//! the published indexes, whole, and none is an error.

#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of tests")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use forebear_facts::rows::MemorySource;
use forebear_image::Timestamp;
use forebear_index::publish::publish_from;
use forebear_testkit::{Image, ImageBuilder};
use forebear_tests::{Data, facts};
use serde_json::Value;

const READERS: usize = 4;
const QUESTIONS: usize = 40;
const TIME: Timestamp = Timestamp { seconds: 1_772_334_000, nanos: 0 };

/// Facts by which the app's parent has so many layers, among so many images
/// more: files of other sizes and other ids.
fn world(parent_layers: usize, others: usize) -> MemorySource {
    let chain: Vec<Image> = (0..3).fold(Vec::new(), |mut chain: Vec<Image>, at| {
        let next = match chain.last() {
            Some(below) => ImageBuilder::from(below).run(&format!("make {at}")).build(),
            None => ImageBuilder::scratch("linux/amd64").add_rootfs("base").build(),
        };
        chain.push(next);
        chain
    });
    let top = chain.last().expect("three");
    let mut source = MemorySource::default();
    facts::add(&mut source, "acme/app:1", &ImageBuilder::from(top).run("make app").build(), TIME);
    facts::add(&mut source, &format!("base:{parent_layers}"), &chain[parent_layers - 1], TIME);
    for at in 0..others {
        let rootfs = ImageBuilder::scratch("linux/amd64").add_rootfs(&format!("other {at}")).build();
        facts::add(&mut source, &format!("other/image-{at}:1"), &rootfs, TIME);
    }
    source
}

/// Publishes in turn while processes ask; each answer must be one of these.
#[track_caller]
fn check(indexes: &[MemorySource]) {
    let alone = |facts: &MemorySource| {
        let data = Data::new();
        publish_from(&data.path().join("index"), facts).expect("published");
        data.ask("parent", "acme/app:1")
    };
    let expected: Vec<Value> = indexes.iter().map(alone).collect();
    let asked = Data::new();
    let folder = asked.path().join("index");
    publish_from(&folder, &indexes[0]).expect("published");
    let (done, published, seen) = (AtomicBool::new(false), AtomicUsize::new(0), [const { AtomicUsize::new(0) }; 4]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for facts in indexes.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                publish_from(&folder, facts).expect("published");
                published.fetch_add(1, Ordering::Relaxed);
            }
        });
        let readers: Vec<_> = (0..READERS)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..QUESTIONS {
                        let ran = asked.query(&["parent", "acme/app:1", "--format", "json"]).expect_code(0);
                        assert!(ran.stderr.is_empty(), "{}", ran.stderr);
                        let answer = ran.json();
                        let at = expected.iter().position(|known| *known == answer);
                        seen[at.unwrap_or_else(|| panic!("none of the answers: {answer}"))]
                            .fetch_add(1, Ordering::Relaxed);
                        let many = asked.query_with(&["parent", "-", "--format", "json"], &"acme/app:1\n".repeat(20));
                        let lines = many.expect_code(0).json_lines();
                        assert!(lines.len() == 20 && lines.iter().all(|line| *line == lines[0]), "one run, one index");
                        assert!(expected.contains(&lines[0]));
                    }
                })
            })
            .collect();
        let failed = readers.into_iter().filter_map(|reader| reader.join().err()).next();
        done.store(true, Ordering::Relaxed);
        if let Some(panic) = failed {
            std::panic::resume_unwind(panic);
        }
    });
    let seen: Vec<usize> = seen.iter().take(indexes.len()).map(|count| count.load(Ordering::Relaxed)).collect();
    assert_eq!(seen.iter().sum::<usize>(), READERS * QUESTIONS);
    assert!(seen.iter().all(|count| *count > 0), "some index was never read: {seen:?}");
    assert!(published.load(Ordering::Relaxed) > READERS, "nothing was replaced meanwhile");
    assert_eq!(files(&folder), 3, "the pointer, the index in force and the one before");
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("the folder").count()
}

#[test]
fn two_indexes_in_turn() {
    check(&[world(1, 0), world(3, 40)]);
}

/// With three, a file is removed as soon as two more were published: a reader
/// may find what it was sent to gone, and looks again.
#[test]
fn three_indexes_in_turn() {
    check(&[world(1, 0), world(2, 20), world(3, 40)]);
}
