//! Files that are not as they were written.

use std::path::{Path, PathBuf};

use forebear_store::StoreError;
use forebear_store::rows::{Damage, PLACE, check_bytes};

use crate::facts::{add, assert_holds, at, open, pool};

/// Paths of the files in a folder.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A file with something in every section.
fn small_file() -> Vec<u8> {
    let (folder, pool) = (tempfile::tempdir().unwrap(), pool());
    let cache = open(folder.path(), 1 << 20);
    // The tenth generated image has a digest that is not SHA-256.
    let chosen = [pool.len() - 2 - 2 * 13, pool.len() - 1 - 2 * 13, pool.len() - 2];
    chosen.iter().for_each(|at| add(&cache, &pool[*at]));
    cache.put_place(&[7; 32], [1; PLACE]);
    cache.reflects(at(1)).unwrap();
    cache.spill().unwrap();
    std::fs::read(&files(folder.path())[0]).unwrap()
}

fn damage_of(bytes: Vec<u8>) -> Option<Damage> {
    match check_bytes(bytes, "the file".as_ref()) {
        Ok(()) => None,
        Err(StoreError::Rows { file, damage }) => {
            assert_eq!(file, Path::new("the file"));
            Some(damage)
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_flipped_bit_anywhere_is_told() {
    let file = small_file();
    assert!(damage_of(file.clone()).is_none());
    for at in 0..file.len() {
        // Another one of the eight everywhere: neighbours differ.
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(damage_of(flipped).is_some(), "byte {at} of {}", file.len());
    }
}

#[test]
fn a_file_that_is_cut_off_or_goes_on_is_told() {
    let file = small_file();
    for length in 0..file.len() {
        assert!(damage_of(file[..length].to_vec()).is_some(), "the first {length} bytes of {}", file.len());
    }
    let more = [&file[..], &[0]].concat();
    assert!(matches!(damage_of(more), Some(Damage::Length { .. })));
    let twice = [&file[..], &file[..]].concat();
    assert!(damage_of(twice).is_some());
}

#[test]
fn damage_is_told_with_its_file_and_everything_can_be_made_again() {
    let (folder, pool) = (tempfile::tempdir().unwrap(), pool());
    let cache = open(folder.path(), 0);
    for (sequence, fact) in (1..).zip(&pool[..3]) {
        add(&cache, fact);
        cache.reflects(at(sequence)).unwrap();
    }
    let second = &files(folder.path())[1];
    let mut bytes = std::fs::read(second).unwrap();
    bytes[86] ^= 4;
    std::fs::write(second, bytes).unwrap();

    // Reopened, so that nobody knows the texts from before.
    let cache = open(folder.path(), 0);
    for error in [cache.check().unwrap_err(), cache.texts(&mut |_| ()).unwrap_err()] {
        assert_eq!(error.to_string(), format!("the rows in {} cannot be used", second.display()));
        let StoreError::Rows { file, damage } = error else { panic!("{error}") };
        assert_eq!((&file, damage.to_string()), (second, "the block at byte 64 is damaged".to_owned()));
    }
    // A crawl goes on all the same.
    for (sequence, fact) in (1..).zip(&pool).skip(3).take(20) {
        add(&cache, fact);
        cache.reflects(at(sequence)).unwrap();
    }
    assert_eq!((cache.covers(), cache.file_count()), (23, 23), "nothing is merged");
    drop(cache);
    let cache = open(folder.path(), 0);
    assert_eq!((cache.covers(), files(folder.path()).len()), (1, 1), "what comes after the damage is made again");
    for (sequence, fact) in (1..).zip(&pool).skip(1) {
        add(&cache, fact);
        cache.reflects(at(sequence)).unwrap();
    }
    assert_holds(&cache, &pool);
}

#[test]
fn damage_that_merging_meets_ends_merging_and_no_crawl() {
    let (folder, pool) = (tempfile::tempdir().unwrap(), pool());
    let cache = open(folder.path(), 0);
    for (sequence, fact) in (1..).zip(&pool[..12]) {
        add(&cache, fact);
        if sequence == 8 {
            let fourth = &files(folder.path())[3];
            let mut bytes = std::fs::read(fourth).unwrap();
            bytes[86] ^= 4;
            std::fs::write(fourth, bytes).unwrap();
        }
        cache.reflects(at(sequence)).unwrap();
    }
    assert_eq!((cache.covers(), cache.file_count()), (12, 12));
    assert!(matches!(cache.check(), Err(StoreError::Rows { .. })));
    drop(cache);
    let cache = open(folder.path(), 0);
    assert_eq!((cache.covers(), cache.file_count()), (3, 3));
    assert_holds(&cache, &pool[..3]);
    cache.clear().unwrap();
    assert_eq!((cache.covers(), files(folder.path()).len()), (0, 0));
    assert_holds(&cache, []);
}

/// Blocks that are each whole, in one another's places.
#[test]
fn a_block_of_another_file_is_none() {
    let (mine, pool) = (small_file(), pool());
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 1 << 20);
    add(&cache, &pool[0]);
    cache.reflects(at(1)).unwrap();
    cache.spill().unwrap();
    let other = std::fs::read(&files(folder.path())[0]).unwrap();
    // The first block lies at the same place in both. Here it ends a file.
    let end = |file: &[u8]| 64 + 16 + u32::from_le_bytes(file[68..72].try_into().unwrap()) as usize;
    let (first, rest) = (&other[64..end(&other)], &mine[end(&mine)..]);
    assert!(damage_of([&mine[..64], first, rest].concat()).is_some());
}
