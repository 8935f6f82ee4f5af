//! Where documents lie is found as in a map, wherever it was put: in memory, in one
//! file or in several.

use std::collections::HashMap;

use forebear_store::rows::{PLACE, RowCache};
use proptest::prelude::*;

use crate::damage::files;
use crate::facts::{at, open};

type Key = [u8; 32];

fn place(number: u64) -> [u8; PLACE] {
    let mut place = [1; PLACE];
    place[..8].copy_from_slice(&number.to_be_bytes());
    place
}

/// Keys as digests are, and such as somebody chose: of one beginning, or following
/// one another.
fn key(number: u64, shape: u64) -> Key {
    let mut key = [0; 32];
    let front = match shape % 4 {
        0 => number.wrapping_mul(0x9e37_79b9_7f4a_7c15),
        1 => 7 << 60,
        2 => number,
        _ => u64::MAX - number,
    };
    key[..8].copy_from_slice(&front.to_be_bytes());
    key[24..].copy_from_slice(&number.to_be_bytes());
    key
}

#[track_caller]
fn check(cache: &RowCache, expected: &HashMap<Key, Option<[u8; PLACE]>>) {
    for (key, place) in expected {
        assert_eq!(cache.place(key), *place);
        for other in [-1_i8, 1] {
            let mut near = *key;
            near[31] = near[31].wrapping_add_signed(other);
            assert_eq!(cache.place(&near), expected.get(&near).copied().flatten());
        }
    }
    let mut all = HashMap::new();
    let mut each = |key: &Key, place| {
        assert_eq!(all.insert(*key, place), None, "once");
        Ok(())
    };
    cache.each_place(&mut each).unwrap();
    let known = expected.iter().filter_map(|(key, place)| Some((*key, (*place)?)));
    assert_eq!(all, known.collect());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn as_in_a_map(
        batches in prop::collection::vec((1_u64..700, any::<u64>(), any::<u64>(), any::<bool>()), 1..20),
        reopened in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (cache, mut expected) = (open(folder.path(), 1 << 20), HashMap::new());
        for (sequence, (count, seed, shape, spilled)) in (1..).zip(&batches) {
            for number in 0..*count {
                let key = key((seed % 3) * 100 + number, *shape);
                let put = (seed.wrapping_add(number) % 11 > 0).then(|| place(seed.wrapping_add(number)));
                match put {
                    Some(place) => cache.put_place(&key, place),
                    None => cache.forget_place(&key),
                }
                expected.insert(key, put);
            }
            cache.reflects(at(sequence)).unwrap();
            if *spilled {
                cache.spill().unwrap();
            }
        }
        check(&cache, &expected);
        if reopened {
            cache.spill().unwrap();
            drop(cache);
            check(&open(folder.path(), 1 << 20), &expected);
        }
    }
}

/// Many in one file, of which a read sees few.
#[test]
fn among_very_many() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), usize::MAX);
    let keys: Vec<Key> = (0..100_000).map(|number| key(number, 0)).collect();
    (0..).zip(&keys).for_each(|(number, key)| cache.put_place(key, place(number)));
    cache.reflects(at(1)).unwrap();
    cache.spill().unwrap();
    for (number, key) in (0..).zip(&keys) {
        assert_eq!(cache.place(key), Some(place(number)));
    }
    assert_eq!(cache.place(&key(100_000, 0)), None);
    cache.check().unwrap();
}

/// What a file no longer says counts as never fetched, and the next process makes the
/// file again.
#[test]
fn a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 0);
    for sequence in 1..=3 {
        cache.put_place(&key(sequence, 0), place(sequence));
        cache.reflects(at(sequence)).unwrap();
    }
    let second = &files(folder.path())[1];
    std::fs::OpenOptions::new().write(true).open(second).unwrap().set_len(70).unwrap();
    let found: Vec<bool> = (1..=3).map(|number| cache.place(&key(number, 0)).is_some()).collect();
    assert_eq!(found, [true, false, true]);
    drop(cache);
    assert_eq!(open(folder.path(), 0).covers(), 1);
}

/// A bit of a place is flipped: the next process makes the file again, and reading all
/// finds it out.
#[test]
fn damage_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let put = |cache: &RowCache| {
        cache.put_place(&key(1, 0), place(1));
        cache.reflects(at(1)).unwrap();
    };
    let flip = || {
        let file = &files(folder.path())[0];
        let mut bytes = std::fs::read(file).unwrap();
        bytes[64 + 40] ^= 1;
        std::fs::write(file, bytes).unwrap();
    };
    put(&open(folder.path(), 0));
    assert_eq!(open(folder.path(), 0).place(&key(1, 0)), Some(place(1)));
    flip();
    let cache = open(folder.path(), 0);
    assert_eq!((cache.covers(), cache.place(&key(1, 0))), (0, None));
    put(&cache);
    flip();
    let told = cache.check().unwrap_err();
    let source = std::error::Error::source(&told).unwrap().to_string();
    assert_eq!(source, "its places of documents are not those that were written");
}
