//! A log of years has thousands of segments, and a process a thousand files.

use std::sync::Arc;

use forebear_store::disk::Disk;
use forebear_store::{LocalStore, OpenOptions};
use forebear_testkit::disk::SimDisk;

use crate::nights::Night;
use crate::shown::shown;

#[test]
fn p480_however_many_segments_few_files_are_open() {
    let folder = tempfile::tempdir().unwrap();
    let own = SimDisk::default();
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    let options = OpenOptions { cache: 1 << 20, segment_size: 200, disk, ..OpenOptions::default() };
    let store = LocalStore::open_with(&folder.path().join("store"), &options).unwrap();
    (0..6).for_each(|number| Night { seed: 5, number }.all(&store).unwrap());
    let before = shown(&store);
    drop(store);
    std::fs::remove_dir_all(folder.path().join("store/sled")).unwrap();
    let store = LocalStore::open_with(&folder.path().join("store"), &options).unwrap();
    assert_eq!(shown(&store), before);
    store.check().unwrap();
    let segments = own.files().iter().filter(|file| file.to_string_lossy().ends_with(".facts")).count();
    assert!(segments > 60, "{segments} segments");
    assert!(own.open_files() < 30, "{} files are open", own.open_files());
}
