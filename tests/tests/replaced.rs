//! An index that is replaced while it is asked: every answer is that of one of
//! the published indexes, whole, and none is an error.

#![expect(clippy::indexing_slicing, clippy::expect_used, reason = "helpers of tests")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use forebear_index::publish::publish;
use forebear_testkit::{Image, ImageBuilder, Server, World};
use forebear_tests::Data;
use serde_json::Value;

const READERS: usize = 4;
const QUESTIONS: usize = 40;

/// An index in which the app's parent has so many layers, of a registry with
/// so many images more: files of other sizes and other ids.
fn published(parent_layers: usize, others: usize) -> (Vec<u8>, Data) {
    let chain: Vec<Image> = (0..3).fold(Vec::new(), |mut chain: Vec<Image>, at| {
        let next = match chain.last() {
            Some(below) => ImageBuilder::from(below).run(&format!("make {at}")).build(),
            None => ImageBuilder::scratch("linux/amd64").add_rootfs("base").build(),
        };
        chain.push(next);
        chain
    });
    let top = chain.last().expect("three");
    let mut world = World::new();
    world.push("acme/app:1", &ImageBuilder::from(top).run("make app").build());
    world.push(&format!("library/base:{parent_layers}"), &chain[parent_layers - 1]);
    for at in 0..others {
        let rootfs = ImageBuilder::scratch("linux/amd64").add_rootfs(&format!("other {at}")).build();
        world.push(&format!("other/image-{at}:1"), &rootfs);
    }
    let server = Server::start(world);
    let data = Data::new();
    data.crawl_hub(&server.host(), &["--now", "2026-03-01T03:00:00Z"]);
    let current = std::fs::read_to_string(data.path().join("index/CURRENT")).expect("a pointer");
    (std::fs::read(data.path().join("index").join(current.trim())).expect("an index"), data)
}

/// Publishes in turn while processes ask; each answer must be one of these.
#[track_caller]
fn check(indexes: &[(Vec<u8>, Data)]) {
    let expected: Vec<Value> = indexes.iter().map(|(_, data)| data.ask("parent", "acme/app:1")).collect();
    let asked = Data::new();
    let folder = asked.path().join("index");
    publish(&folder, &indexes[0].0).expect("published");
    let (done, published, seen) = (AtomicBool::new(false), AtomicUsize::new(0), [const { AtomicUsize::new(0) }; 4]);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (bytes, _) in indexes.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    return;
                }
                publish(&folder, bytes).expect("published");
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
    check(&[published(1, 0), published(3, 40)]);
}

/// With three, a file is removed as soon as two more were published: a reader
/// may find what it was sent to gone, and looks again.
#[test]
fn three_indexes_in_turn() {
    check(&[published(1, 0), published(2, 20), published(3, 40)]);
}
