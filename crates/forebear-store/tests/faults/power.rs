//! Power cuts: what was never synced is kept, torn or lost, and the index is ahead,
//! behind, gone or damaged, independently.

use forebear_store::FactStore as _;
use forebear_store::FrontierStore as _;
use forebear_store::RunStore as _;
use std::path::Path;
use std::sync::Arc;

use forebear_store::disk::Disk;
use forebear_testkit::disk::SimDisk;

use crate::nights::{Night, open};
use crate::shown::shown;
use crate::times;

const NIGHTS: u64 = 3;

/// What a whole crawl of all nights leaves.
fn undisturbed(seed: u64) -> std::collections::BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let disk: Arc<dyn Disk> = Arc::new(SimDisk::default());
    let store = open(&disk, folder.path()).unwrap();
    (0..NIGHTS).for_each(|number| Night { seed, number }.all(&store).unwrap());
    shown(&store)
}

/// What becomes of the index.
fn disturb(sled: &Path, before: &Path, kind: u64, seed: u64) {
    match kind {
        // As it is: it may be ahead of the log.
        0 | 1 => {}
        2 => std::fs::remove_dir_all(sled).unwrap(),
        // As it was a while ago.
        3 => {
            std::fs::remove_dir_all(sled).unwrap();
            copy(before, sled);
        }
        kind => damage(&sled.join("db"), kind == 4, seed),
    }
}

/// Flips a bit of a file, or cuts it off.
pub(crate) fn damage(file: &Path, flip: bool, seed: u64) {
    let mut bytes = std::fs::read(file).unwrap();
    let at = usize::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % bytes.len() as u64).unwrap();
    if flip {
        bytes[at] ^= 1 << (seed % 8);
    } else {
        bytes.truncate(at);
    }
    std::fs::write(file, bytes).unwrap();
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn p470_nothing_that_was_flushed_is_lost_and_the_end_is_the_same() {
    for seed in 0..times(40) {
        let expected = undisturbed(seed % 5);
        let folder = tempfile::tempdir().unwrap();
        let sled = folder.path().join("store/sled");
        let earlier = folder.path().join("earlier");
        let own = SimDisk::default();
        let disk: Arc<dyn Disk> = Arc::new(own.clone());
        // A cut in each night, after one of its steps.
        for number in 0..NIGHTS {
            let night = Night { seed: seed % 5, number };
            let store = open(&disk, folder.path()).unwrap();
            let run = night.begin(&store).unwrap();
            _ = std::fs::remove_dir_all(&earlier);
            store.sync().unwrap();
            copy(&sled, &earlier);
            let steps = (seed + number) % (Night::STEPS + 1);
            (0..steps).for_each(|step| night.step(&store, &run, step, false).unwrap());
            let flushed = (seed + number) % 2 == 0;
            if flushed {
                store.sync().unwrap();
            }
            let before = shown(&store);
            drop(store);
            own.cut_power(seed * 31 + number);
            disturb(&sled, &earlier, (seed / 2 + number) % 6, seed + number);

            let store = open(&disk, folder.path()).unwrap();
            assert_eq!(store.lost(), [], "seed {seed}, night {number}: a power cut is no damage; {:?}", store.notes());
            let after = shown(&store);
            if flushed && steps > 0 {
                // Times of what was seen again may be asked for again.
                let only_times = |fact: &&String| !fact.starts_with("docker.io") && !fact.starts_with("Run");
                let gone: Vec<_> = before.difference(&after).filter(only_times).collect();
                assert!(gone.is_empty(), "seed {seed}, night {number}: {gone:#?}");
            }
            // The rest of the night, or all of it again.
            if store.runs().unwrap().last().is_none_or(|run| !run.finished || run.id != number + 1) {
                night.all(&store).unwrap();
            }
        }
        let store = open(&disk, folder.path()).unwrap();
        let end = shown(&store);
        let differ: Vec<_> = end.symmetric_difference(&expected).collect();
        assert!(differ.is_empty(), "seed {seed}: {differ:#?}");
    }
}
