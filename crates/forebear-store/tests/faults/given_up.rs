//! What was lost and given up stays on record, whatever becomes of the mark.

use std::path::Path;
use std::sync::Arc;

use forebear_facts::rows::FactSource as _;
use forebear_store::disk::Disk;
use forebear_store::{FactStore as _, Lost, RunStore as _};
use forebear_testkit::disk::SimDisk;

use crate::nights::{Night, open};

/// A store that has lost a record and given it up, and which.
fn given_up(folder: &Path, disk: &Arc<dyn Disk>, own: &SimDisk) -> Vec<Lost> {
    let store = open(disk, folder).unwrap();
    (0..3).for_each(|number| Night { seed: 4, number }.all(&store).unwrap());
    own.change(&folder.join("store/facts/00000001.facts"), |bytes| bytes[200] ^= 1);
    assert!(!store.check().unwrap().lost.is_empty());
    let lost = store.accept_loss().unwrap();
    store.checkpoint().unwrap();
    lost
}

/// After what is done to a store, it still knows what was given up, and nothing is told as
/// lost.
#[track_caller]
fn check(what: &str, change: impl FnOnce(&Path, &Arc<dyn Disk>, &SimDisk)) {
    let folder = tempfile::tempdir().unwrap();
    let own = SimDisk::default();
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    let lost = given_up(folder.path(), &disk, &own);
    change(folder.path(), &disk, &own);
    for opened in ["opened", "opened again"] {
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!((store.lost(), store.given_up()), (Vec::new(), lost.clone()), "{what}, {opened}");
        assert_eq!(store.lost_records(), lost.iter().map(Lost::records).sum::<u64>(), "{what}, {opened}");
        assert_eq!(store.check().unwrap().lost, [], "{what}, {opened}");
    }
}

fn without_sled(folder: &Path) {
    std::fs::remove_dir_all(folder.join("store/sled")).unwrap();
}

fn without_rows(own: &SimDisk) {
    own.files().iter().filter(|file| file.to_string_lossy().contains("/rows/")).for_each(|file| own.lose(file));
}

#[test]
fn p841_what_was_given_up_is_known_without_the_mark() {
    check("as it is", |_, _, _| ());
    check("without the mark", |folder, _, own| own.lose(&folder.join("store/mark")));
    check("with a damaged mark", |folder, _, own| own.change(&folder.join("store/mark"), |bytes| bytes[30] ^= 1));
    check("made anew without the mark", |folder, _, own| {
        own.lose(&folder.join("store/mark"));
        without_sled(folder);
        without_rows(own);
    });
}

/// Compacting leaves the records behind in which it was said.
#[test]
fn p841_what_was_given_up_is_known_after_compacting() {
    check("compacted", |folder, disk, own| {
        open(disk, folder).unwrap().compact().unwrap();
        own.lose(&folder.join("store/mark"));
        without_sled(folder);
        without_rows(own);
    });
}
