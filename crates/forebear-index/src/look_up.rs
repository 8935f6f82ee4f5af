//! Finding things in tables: digests, and steps of the trie.

use std::cmp::Ordering;
use std::ops::Range;

use crate::format::records::{Id, Key};

/// Guesses before the neighbourhood of the last one is searched: honest digests
/// are spread evenly, invented ones need not be.
const GUESSES: usize = 3;
/// First step away from the last guess, doubled with each.
const STEP: usize = 8;

/// Position of `key` in a table sorted by key.
///
/// Guesses by where an evenly spread key would lie. Each guess is off by about
/// the square root of the distance before it, so three end within a few
/// places in ten million; then it looks to the one side in doubling steps, and
/// halves between the last two. Keys that are not spread evenly cost twice what
/// halving alone would.
pub(crate) fn find_key<T>(table: &[T], key: &Key, key_at: impl Fn(&T) -> Key) -> Option<u32> {
    let (mut low, mut high) = (0, table.len());
    // What the keys at the bounds are at least and at most.
    let (mut below, mut above) = (0_u64, u64::MAX);
    let wanted = start(key);
    let mut upward = true;
    for _ in 0..GUESSES {
        if high <= low || below >= above {
            break;
        }
        let share = u128::from(wanted.saturating_sub(below)) * ((high - low) as u128) / u128::from(above - below);
        let guess = low + usize::try_from(share).unwrap_or(0).min(high - low - 1);
        let found = key_at(table.get(guess)?);
        match found.cmp(key) {
            Ordering::Equal => return u32::try_from(guess).ok(),
            Ordering::Less => (low, below, upward) = (guess + 1, start(&found), true),
            Ordering::Greater => (high, above, upward) = (guess, start(&found), false),
        }
    }
    let mut step = STEP;
    while high - low > step {
        let at = if upward { low + step } else { high - step };
        match (key_at(table.get(at)?).cmp(key), upward) {
            (Ordering::Equal, _) => return u32::try_from(at).ok(),
            (Ordering::Less, true) => low = at + 1,
            (Ordering::Greater, false) => high = at,
            (Ordering::Greater, true) => {
                high = at;
                break;
            }
            (Ordering::Less, false) => {
                low = at + 1;
                break;
            }
        }
        step *= 2;
    }
    let at = low + table.get(low..high)?.binary_search_by(|element| key_at(element).cmp(key)).ok()?;
    u32::try_from(at).ok()
}

/// Keys that share a place in a fan, about.
const CROWD: usize = 16;

/// Where in a sorted table keys begin, by their first bits: the table's own
/// index, small enough for the processor's cache. One place for each value of
/// the bits, and the end; `keys` are the beginnings of all keys, in order.
pub(crate) fn fan(count: u32, keys: impl Iterator<Item = u64>) -> Vec<u32> {
    let bits = (count as usize / CROWD).max(1).next_power_of_two().trailing_zeros();
    let mut places = Vec::with_capacity((1 << bits) + 1);
    for (at, key) in (0..).zip(keys) {
        let place = usize::try_from(key.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(0);
        while places.len() <= place {
            places.push(at);
        }
    }
    places.resize((1 << bits) + 1, count);
    places
}

/// The part of a table where a key would be, by its fan.
pub(crate) fn bucket(fan: &[Id], key: &Key) -> Option<Range<u32>> {
    let bits = fan.len().checked_sub(1)?.checked_ilog2()?;
    let place = usize::try_from(start(key).checked_shr(64 - bits).unwrap_or(0)).ok()?;
    Some(fan.get(place)?.get()..fan.get(place + 1)?.get())
}

/// The first eight bytes of a key, as they sort.
pub(crate) fn start(key: &Key) -> u64 {
    key.first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}

/// Where in a hash table of `slots` slots the search for a node begins.
pub(crate) fn node_slot(parent: u32, layer: u32, slots: usize) -> Option<usize> {
    let mixed = (u64::from(parent) << 32 | u64::from(layer)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from(mixed >> 17).ok()?.checked_rem(slots)
}

#[cfg(test)]
mod tests {
    use super::{Id, Key, bucket, fan, find_key, start};

    fn key(start: u64, end: u8) -> Key {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&start.to_be_bytes());
        key[31] = end;
        key
    }

    /// Every key is found where it is, and none where there is none.
    #[test]
    fn finds_what_is_there() {
        let spread: fn(u64) -> u64 = |i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let tables: [(&str, Vec<Key>); 6] = [
            ("empty", Vec::new()),
            ("one", vec![key(7, 0)]),
            ("spread", (0..5_000).map(|i| key(spread(i), 1)).collect()),
            ("crowded at the bottom", (0..5_000).map(|i| key(i, 1)).collect()),
            ("crowded at the top", (0..5_000).map(|i| key(u64::MAX - i, 1)).collect()),
            ("equal starts", (0..200).map(|i| key(9, i)).chain((0..200).map(|i| key(u64::MAX, i))).collect()),
        ];
        for (name, mut table) in tables {
            table.sort_unstable();
            for (at, present) in table.iter().enumerate() {
                assert_eq!(find_key(&table, present, |k| *k), u32::try_from(at).ok(), "{name}: {at}");
                let mut absent = *present;
                absent[20] = 1;
                assert_eq!(find_key(&table, &absent, |k| *k), None, "{name}: beside {at}");
            }
            for absent in [[0; 32], [0xff; 32], key(1 << 63, 77)] {
                assert_eq!(find_key(&table, &absent, |k| *k), None, "{name}");
            }
            let count = u32::try_from(table.len()).unwrap();
            let fan: Vec<Id> = fan(count, table.iter().map(start)).into_iter().map(Id::new).collect();
            for (at, present) in table.iter().enumerate() {
                let bucket = bucket(&fan, present).unwrap();
                assert!(bucket.contains(&u32::try_from(at).unwrap()), "{name}: {at} is not in {bucket:?}");
                assert!(bucket.end - bucket.start < 100 || name != "spread", "{bucket:?}");
            }
        }
    }
}
