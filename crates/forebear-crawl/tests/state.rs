//! The lock of a data folder, and what is left for others to read.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use forebear_crawl::operate::state::{StateError, StateFolder};
use forebear_image::Timestamp;

fn folder(name: &str) -> (PathBuf, StateFolder) {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("state").join(name);
    _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(data.join("state")).unwrap();
    (data.clone(), StateFolder::of(&data))
}

const NOW: Timestamp = Timestamp { seconds: 1_772_334_000, nanos: 0 };

#[test]
fn one_crawler_has_a_data_folder_and_says_who_it_is() {
    let (data, states) = folder("one");
    assert_eq!(states.owner(), None);
    let lock = states.lock("run nightly", NOW).unwrap();
    let owner = states.owner().unwrap();
    assert_eq!((owner.process, owner.doing.as_str(), owner.since), (std::process::id(), "run nightly", NOW));
    match states.lock("publish", NOW) {
        Err(error @ StateError::Busy { .. }) => {
            let sentence = error.to_string();
            assert!(sentence.contains(&format!("another crawler works in {}: process", data.display())), "{sentence}");
            assert!(sentence.contains("run nightly"), "{sentence}");
        }
        other => panic!("{other:?}"),
    }
    drop(lock);
    assert_eq!(states.owner(), None);
    drop(states.lock("publish", NOW).unwrap());
}

#[test]
fn whoever_looks_is_not_in_the_way_of_a_crawl_that_begins() {
    let (data, states) = folder("looks");
    drop(states.lock("once", NOW).unwrap());
    let file = File::open(data.join("state/lock")).unwrap();
    file.lock_shared().unwrap();
    let looks = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        drop(file);
    });
    assert!(states.lock("run nightly", NOW).is_ok());
    looks.join().unwrap();
}

#[test]
fn what_is_damaged_is_left_out() {
    let (data, states) = folder("damaged");
    std::fs::write(data.join("state/job-a.json"), "{\"job\": \"a\"").unwrap();
    std::fs::write(data.join("state/job-b.json"), "").unwrap();
    assert!(states.jobs().unwrap().is_empty());
    assert!(states.remembered::<Vec<u32>>("schedule.json").is_none());
    let nowhere = StateFolder::of(&data.join("no/such"));
    assert!(nowhere.jobs().unwrap().is_empty() && nowhere.owner().is_none());
}
