//! Damage of what lies there: told, or harmless, never silent.

use forebear_store::FactStore as _;
use forebear_store::RunStore as _;
use std::sync::Arc;

use forebear_facts::rows::FactSource as _;
use forebear_image::Digest;
use forebear_store::LocalStore;
use forebear_store::disk::Disk;
use forebear_testkit::disk::SimDisk;

use crate::nights::{Night, open};
use crate::power;
use crate::shown::shown;
use crate::times;

/// A store after three nights: its log, and the folder of its index.
fn filled() -> (SimDisk, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let own = SimDisk::default();
    let disk: Arc<dyn Disk> = Arc::new(own.clone());
    let store = open(&disk, folder.path()).unwrap();
    (0..3).for_each(|number| Night { seed: 2, number }.all(&store).unwrap());
    drop(store);
    (own, folder)
}

#[test]
fn p472_of_the_log_is_told_or_harmless() {
    let (whole, original) = filled();
    let disk: Arc<dyn Disk> = Arc::new(whole.copy());
    let expected = shown(&open(&disk, original.path()).unwrap());
    let mut silent = 0;
    for seed in 0..times(120) {
        let folder = tempfile::tempdir().unwrap();
        power::copy(original.path(), folder.path());
        let own = whole.copy();
        let files: Vec<_> = own.files().into_iter().filter(|file| !file.starts_with("rows")).collect();
        let files: Vec<_> = files.into_iter().filter(|file| !file.to_string_lossy().contains("/rows/")).collect();
        let file = &files[usize::try_from(seed).unwrap() % files.len()];
        let place =
            |bytes: &Vec<u8>| usize::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % bytes.len() as u64).unwrap();
        match seed / 7 % 3 {
            0 => own.change(file, |bytes| {
                let at = place(bytes);
                bytes[at] ^= 1 << (seed % 8);
            }),
            1 => own.change(file, |bytes| bytes.truncate(place(bytes))),
            _ => own.lose(file),
        }
        // With an index that has it all, and with none.
        if seed % 2 == 0 {
            std::fs::remove_dir_all(folder.path().join("store/sled")).unwrap();
        }
        let disk: Arc<dyn Disk> = Arc::new(own);
        // The folder is the original's own; the log's names say which.
        let moved = Moved(disk, original.path().to_owned(), folder.path().to_owned());
        let disk: Arc<dyn Disk> = Arc::new(moved);
        let store = match open(&disk, folder.path()) {
            Ok(store) => store,
            Err(error) => {
                assert!(!error.to_string().is_empty(), "told");
                continue;
            }
        };
        let after = shown(&store);
        let is_told = !store.lost().is_empty() || !store.notes().is_empty();
        assert!(is_told || after == expected, "seed {seed}: damage of {} is silent", file.display());
        silent += u64::from(!is_told);
        // Nothing that never was.
        let invented: Vec<_> = after
            .difference(&expected)
            .filter(|fact| fact.starts_with("config") || fact.starts_with("manifest"))
            .collect();
        assert!(invented.is_empty(), "seed {seed}: {invented:?}");
        if store.lost().is_empty() {
            continue;
        }
        // It is told until it is given up, and then it is on record.
        drop(store);
        let store = open(&disk, folder.path()).unwrap();
        let lost = store.lost();
        assert!(!lost.is_empty(), "seed {seed}: remembered");
        assert_eq!(store.accept_loss().unwrap(), lost);
        drop(store);
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!((store.lost(), store.given_up()), (Vec::new(), lost), "seed {seed}");
        // And the work goes on.
        Night { seed: 2, number: 3 }.all(&store).unwrap();
        drop(store);
        assert_eq!(open(&disk, folder.path()).unwrap().lost(), [], "seed {seed}");
    }
    assert!(silent > 0, "some are harmless, or nothing was tried");
}

/// A disk on which one folder stands for another.
#[derive(Debug)]
struct Moved(Arc<dyn Disk>, std::path::PathBuf, std::path::PathBuf);

impl Moved {
    fn there(&self, path: &std::path::Path) -> std::path::PathBuf {
        path.strip_prefix(&self.2).map_or_else(|_| path.to_owned(), |rest| self.1.join(rest))
    }
}

impl Disk for Moved {
    fn create(&self, path: &std::path::Path) -> std::io::Result<Box<dyn forebear_store::disk::DiskFile>> {
        self.0.create(&self.there(path))
    }

    fn open(&self, path: &std::path::Path) -> std::io::Result<Box<dyn forebear_store::disk::DiskFile>> {
        self.0.open(&self.there(path))
    }

    fn list(&self, folder: &std::path::Path) -> std::io::Result<Vec<String>> {
        self.0.list(&self.there(folder))
    }

    fn rename(&self, from: &std::path::Path, to: &std::path::Path) -> std::io::Result<()> {
        self.0.rename(&self.there(from), &self.there(to))
    }

    fn remove(&self, path: &std::path::Path) -> std::io::Result<()> {
        self.0.remove(&self.there(path))
    }

    fn make_folder(&self, folder: &std::path::Path) -> std::io::Result<()> {
        self.0.make_folder(&self.there(folder))
    }

    fn sync_folder(&self, folder: &std::path::Path) -> std::io::Result<()> {
        self.0.sync_folder(&self.there(folder))
    }
}

#[test]
fn p473_of_the_index_is_harmless() {
    let (whole, original) = filled();
    let disk: Arc<dyn Disk> = Arc::new(whole.copy());
    let expected = shown(&open(&disk, original.path()).unwrap());
    for seed in 0..times(120) {
        let folder = tempfile::tempdir().unwrap();
        power::copy(original.path(), folder.path());
        power::damage(&folder.path().join("store/sled/db"), seed % 3 != 0, seed);
        let disk: Arc<dyn Disk> =
            Arc::new(Moved(Arc::new(whole.copy()), original.path().to_owned(), folder.path().to_owned()));
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!(store.lost(), [], "seed {seed}");
        // Dropped rows show when all are read; then it is made anew.
        let all = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shown(&store)));
        match all {
            Ok(all) => assert_eq!(all, expected, "seed {seed}"),
            Err(_) => {
                // The next process makes it anew.
                drop(store);
                let store = open(&disk, folder.path()).unwrap();
                assert!(!store.notes().is_empty(), "seed {seed}: told");
                assert_eq!(shown(&store), expected, "seed {seed}, made again");
            }
        }
    }
}

/// Documents that rows were made of and that are not found.
fn unfound(store: &LocalStore) -> Vec<Digest> {
    let mut digests = Vec::new();
    store.configs(&mut |(key, _)| digests.push(Digest::Sha256(*key))).unwrap();
    store.manifests(&mut |(key, _)| digests.push(Digest::Sha256(*key))).unwrap();
    assert!(!digests.is_empty());
    digests.retain(|digest| store.document(digest).unwrap().is_none_or(|document| !digest.matches(&document)));
    digests
}

/// Of rows nothing is lost: who reads is told once, and reads again what was made
/// again. What is not noticed before the process ends is made again by the next.
#[test]
fn of_the_rows_is_told_once_and_mended_from_the_log() {
    let (whole, folder) = filled();
    let disk: Arc<dyn Disk> = Arc::new(whole.copy());
    let expected = shown(&open(&disk, folder.path()).unwrap());
    let (mut told, mut harmless) = (0, 0);
    for seed in 0..times(60) {
        let own = whole.copy();
        let files: Vec<_> = own.files().into_iter().filter(|file| file.to_string_lossy().contains("/rows/")).collect();
        let file = &files[usize::try_from(seed).unwrap() % files.len()];
        let place =
            |bytes: &Vec<u8>| usize::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) % bytes.len() as u64).unwrap();
        match seed / 3 % 4 {
            0 => own.change(file, |bytes| bytes.truncate(place(bytes))),
            1 => own.lose(file),
            _ => own.change(file, |bytes| {
                let at = place(bytes);
                bytes[at] ^= 1 << (seed % 8);
            }),
        }
        let disk: Arc<dyn Disk> = Arc::new(own);
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!(store.lost(), [], "seed {seed}");
        let read = store.texts(&mut |_| ()).and_then(|()| store.configs(&mut |_| ()));
        match read.and_then(|()| store.manifests(&mut |_| ())) {
            Ok(()) => harmless += 1,
            Err(error) => {
                told += 1;
                let error = error.downcast::<forebear_store::StoreError>().unwrap();
                assert!(matches!(*error, forebear_store::StoreError::Rows { .. }), "seed {seed}: {error}");
            }
        }
        assert_eq!(shown(&store), expected, "seed {seed}");
        store.checkpoint().unwrap();
        drop(store);
        let store = open(&disk, folder.path()).unwrap();
        assert_eq!(shown(&store), expected, "seed {seed}, opened again");
        assert_eq!(unfound(&store), Vec::<Digest>::new(), "seed {seed}: where documents lie is known");
    }
    assert!(told > 0 && harmless > 0, "{told} told, {harmless} harmless");
}
